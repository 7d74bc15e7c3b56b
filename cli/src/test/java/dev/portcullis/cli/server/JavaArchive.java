package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The program's classes in the form in which Java loads them fastest (class-data sharing), for
 * tests that start it many times.
 */
final class JavaArchive {
    private final List<String> java;

    private JavaArchive(List<String> java) {
        this.java = java;
    }

    /** Runs the program once, and keeps the classes that were loaded. */
    static JavaArchive make(Path temporary, String... arguments) throws Exception {
        String classPath = jars(temporary);
        Path archive = temporary.resolve("classes.jsa");
        List<String> dump = ProgramProcess.java(temporary);
        dump.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-cp", classPath,
                Main.class.getName()));
        dump.addAll(List.of(arguments));
        try (ProgramProcess program = ProgramProcess.run(dump).awaitReady()) {
            assertThat(program.terminate().awaitExit()).as(program.stderr()).isZero();
        }
        assertThat(archive).exists();
        List<String> java = ProgramProcess.java(temporary);
        java.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-cp", classPath,
                Main.class.getName()));
        return new JavaArchive(java);
    }

    /** Java, and the program with these arguments. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(arguments));
        return command;
    }

    /** The class path, with each directory packed into a jar: sharing needs jars. */
    private static String jars(Path temporary) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : ProgramProcess.classPath()) {
            Path path = Path.of(entry);
            if (!Files.isDirectory(path)) {
                entries.add(entry);
            } else {
                Path jar = temporary.resolve("classes-" + entries.size() + ".jar");
                pack(path, jar);
                entries.add(jar.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void pack(Path directory, Path jar) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(file -> !file.equals(directory)).toList();
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out)) {
            for (Path file : files) {
                String name =
                        directory.relativize(file).toString().replace(File.separatorChar, '/');
                // directories too, as resources are looked for by them
                boolean isDirectory = Files.isDirectory(file);
                packed.putNextEntry(new JarEntry(isDirectory ? name + "/" : name));
                if (!isDirectory) {
                    Files.copy(file, packed);
                }
            }
        }
    }
}
