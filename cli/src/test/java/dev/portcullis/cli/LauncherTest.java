package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script in a checkout of its own, with scripts in the place of Java and of the build
 * that say what they were called with.
 */
class LauncherTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private Path root;
    private Path jar;

    @BeforeEach
    void checkout() throws IOException {
        root = Files.createDirectory(directory.resolve("a check out"));
        Files.copy(Path.of("..", "portcullis"), root.resolve("portcullis"));
        executable("portcullis", Files.readString(root.resolve("portcullis")));
        executable("mvnw", """
                #!/bin/sh
                echo "JAVA_HOME=$JAVA_HOME $*" >>"$PWD/builds"
                [ ! -e fail ] || { echo "COMPILATION ERROR"; exit 1; }
                sleep "${BUILD_SECONDS:-0}"
                mkdir -p cli/target/lib && : >cli/target/portcullis-cli-1.jar
                """);
        for (String source : List.of("pom.xml", "cli/pom.xml", "cli/src/main/A.java")) {
            Path file = root.resolve(source);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
        jar = root.resolve("cli/target/portcullis-cli-1.jar");
        java("jdk 21", "21.0.1", true);
    }

    @Test
    void firstUse_buildsOnceThenRuns() throws Exception {
        Result first = launch(Map.of(), "token", "list", "a b", "*", "");
        Result second = launch(Map.of(), "version");

        assertThat(first.stderr).contains("Building Portcullis (first use");
        assertThat(first.stdout).contains("jdk 21/bin/java\n",
                "\n--enable-native-access=ALL-UNNAMED\n", "\n-XX:+UseSerialGC\n",
                "\n-jar\n" + jar + "\ntoken\nlist\na b\n*\n\n");
        assertThat(first.exitCode).isEqualTo(42);
        assertThat(second.stderr).isEmpty();
        assertThat(builds()).containsExactly("JAVA_HOME=" + root.resolve("jdk 21")
                + " -q -B -ntp -DskipTests package -pl cli -am");
    }

    @Test
    void newerSource_buildsAgain() throws Exception {
        built();
        Files.writeString(root.resolve("cli/src/main/B.java"), "");

        Result result = launch(Map.of(), "version");

        assertThat(result.stderr).contains("its sources have changed");
        assertThat(builds()).hasSize(1);
    }

    @Test
    void deletedSource_buildsAgain() throws Exception {
        built();
        Files.delete(root.resolve("cli/src/main/A.java"));

        launch(Map.of(), "version");

        assertThat(builds()).hasSize(1);
    }

    @Test
    void sourceChangedDuringBuild_buildsAgain() throws Exception {
        Process slow = start(Map.of("BUILD_SECONDS", "2"), "version");
        while (!Files.exists(root.resolve("builds"))) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        TimeUnit.MILLISECONDS.sleep(50);
        Files.writeString(root.resolve("cli/src/main/B.java"), "");
        result(slow);

        launch(Map.of(), "version");

        assertThat(builds()).hasSize(2);
    }

    @Test
    void firstUsesAtOnce_buildOnce() throws Exception {
        Process one = start(Map.of("BUILD_SECONDS", "1"), "version");
        Process other = start(Map.of("BUILD_SECONDS", "1"), "version");

        assertThat(result(one).exitCode).isEqualTo(42);
        assertThat(result(other).exitCode).isEqualTo(42);
        assertThat(builds()).hasSize(1);
    }

    @Test
    void lockOfADeadProcess_isTaken() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createDirectory(root.resolve("target"));
        Files.createSymbolicLink(root.resolve("target/portcullis-build.lock"),
                Path.of(Long.toString(dead.pid())));

        assertThat(launch(Map.of(), "version").exitCode).isEqualTo(42);
        assertThat(root.resolve("target/portcullis-build.lock")).doesNotExist();
    }

    @Test
    void failedBuild_showsItsEndAndItsLog() throws Exception {
        Files.writeString(root.resolve("fail"), "");

        Result result = launch(Map.of(), "version");

        assertThat(result.exitCode).isEqualTo(2);
        assertThat(result.stderr).contains("the build failed; the end of "
                + root.resolve("target/portcullis-build.log"), "COMPILATION ERROR");
        assertThat(Files.isSymbolicLink(root.resolve("target/portcullis-build.lock"))).isFalse();
    }

    @Test
    void server_getsServerFlags() throws Exception {
        built();

        Result result = launch(Map.of("PORTCULLIS_JAVA_OPTS", "-Xmx2g -Da=*"), "standalone");

        assertThat(result.stdout).contains("\n-Xmx256m\n", "\n-XX:+UseParallelGC\n",
                "\n-Xmx2g\n-Da=*\n-jar\n");
    }

    @Test
    void unpackedLibrary_isUsedByServers() throws Exception {
        for (String system : List.of("Linux/x86_64", "Linux/aarch64", "Mac/aarch64")) {
            Files.createDirectories(
                    root.resolve("cli/target/native/org/sqlite/native").resolve(system));
        }
        built();

        assertThat(launch(Map.of(), "demo").stdout()).contains("\n-Dorg.sqlite.lib.path=" + root
                + "/cli/target/native/org/sqlite/native/");
        assertThat(launch(Map.of(), "import", "netbird", "f").stdout())
                .contains("\n-Xmx256m\n", "\n-Dorg.sqlite.lib.path=");
        assertThat(launch(Map.of(), "user", "list").stdout()).doesNotContain("sqlite");
    }

    @Test
    void collectorOfTheUser_isTheOnlyOne() throws Exception {
        built();

        Result result = launch(Map.of("PORTCULLIS_JAVA_OPTS", "-XX:+UseZGC"), "standalone");

        assertThat(result.stdout).contains("\n-XX:+UseZGC\n").doesNotContain("UseParallelGC");
    }

    @Test
    void linkFromAnotherDirectory_findsItsHome() throws Exception {
        built();
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path chain = Files.createSymbolicLink(bin.resolve("one"),
                Path.of("../a check out/portcullis"));
        Path link = Files.createSymbolicLink(bin.resolve("two"), Path.of("one"));
        assertThat(chain).exists();

        Process process = builder(Map.of(), link.toString(), "version")
                .directory(new File("/")).start();

        assertThat(result(process).stdout).contains(jar + "\nversion\n");
    }

    @Test
    void noJava_saysWhatToInstall() throws Exception {
        Result result = launch(
                Map.of("PORTCULLIS_JAVA_HOME", directory.resolve("none").toString()), "version");

        assertThat(result.exitCode).isEqualTo(2);
        assertThat(result.stderr).contains("PORTCULLIS_JAVA_HOME is ").hasLineCount(1);
    }

    @Test
    void oldJava_saysWhatIsNeeded() throws Exception {
        built();
        java("jdk 8", "1.8.0_402", true);

        Result result =
                launch(Map.of("PORTCULLIS_JAVA_HOME", root + "/jdk 8"), "version");

        assertThat(result.exitCode).isEqualTo(2);
        assertThat(result.stderr).startsWith("portcullis: the newest Java found is 8 (")
                .contains("a JDK 17 or newer is needed: install one").hasLineCount(1);
    }

    @Test
    void runtimeWithoutCompiler_runsWhatIsBuiltButCannotBuild() throws Exception {
        java("jre", "17.0.2", false);
        Map<String, String> runtime = Map.of("PORTCULLIS_JAVA_HOME", root + "/jre");

        Result unbuilt = launch(runtime, "version");
        built();
        Result built = launch(runtime, "version");

        assertThat(unbuilt.exitCode).isEqualTo(2);
        assertThat(unbuilt.stderr).contains("no compiler (javac)").hasLineCount(1);
        assertThat(built.exitCode).isEqualTo(42);
    }

    @Test
    void severalJdks_theNewestIsTaken() throws Exception {
        built();
        java("jdk 999", "999-ea", true);

        Map<String, String> environment = Map.of("PORTCULLIS_JAVA_HOME", "",
                "JAVA_HOME", root + "/jdk 21",
                "PATH", root + "/jdk 999/bin:" + System.getenv("PATH"));
        Result result = launch(environment, "standalone");

        assertThat(result.stdout).startsWith(root + "/jdk 999/bin/java\n")
                .contains("\n-XX:+UseCompactObjectHeaders\n");
    }

    @Test
    void realJava_runsTheRealProgram() throws Exception {
        built();
        StringBuilder classPath = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.append(Path.of(entry).toUri()).append(' ');
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath.toString());
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();

        Result result = launch(
                Map.of("PORTCULLIS_JAVA_HOME", System.getProperty("java.home")), "--version");

        assertThat(result.stdout).startsWith("portcullis " + Version.number() + " (Java ");
        assertThat(result.exitCode).isZero();
    }

    /** As after a build: all sources older than the jar. */
    private void built() throws IOException {
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
            }
        }
        Files.createDirectories(root.resolve("cli/target/lib"));
        Files.writeString(jar, "");
        Files.setLastModifiedTime(root.resolve("cli"), FileTime.from(LONG_AGO));
    }

    private void java(String home, String version, boolean compiler) throws IOException {
        Files.createDirectories(root.resolve(home + "/bin"));
        Files.writeString(root.resolve(home + "/release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        executable(home + "/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\nexit 42\n");
        if (compiler) {
            executable(home + "/bin/javac", "#!/bin/sh\nexit 1\n");
        }
    }

    private void executable(String name, String text) throws IOException {
        Path file = Files.writeString(root.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> builds() throws IOException {
        Path log = root.resolve("builds");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private Result launch(Map<String, String> environment, String... arguments) throws Exception {
        return result(start(environment, arguments));
    }

    private Process start(Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("portcullis").toString()));
        command.addAll(List.of(arguments));
        return builder(environment, command.toArray(String[]::new)).start();
    }

    private ProcessBuilder builder(Map<String, String> environment, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PORTCULLIS_"));
        builder.environment().put("PORTCULLIS_JAVA_HOME", root + "/jdk 21");
        builder.environment().putAll(environment);
        return builder;
    }

    /** What a process of little output has said. */
    private static Result result(Process process) throws Exception {
        String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), stdout, stderr);
    }

    private record Result(int exitCode, String stdout, String stderr) {}
}
