package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.cli.CommandLineRun;
import dev.portcullis.cli.Main;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code portcullis bench revoke} against a real server and its gateway. */
class BenchRevokeTest {
    @TempDir
    private static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws InterruptedException {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyRevocation_isTimedAndRefusedRightAfter() {
        String table = server.ok("bench", "revoke", "--tokens", "12", "--gateway", gateway());

        assertThat(table).startsWith("MILLISECONDS").containsPattern("\ncommit alone +12 +[0-9.]+ ")
                .containsPattern("\npropagated +12 +[0-9.]+ ")
                .containsPattern("median, times the commit +[0-9.]+\n")
                .containsPattern("\npending +0\n")
                // ten rounds of warming up are shown to the gateway as well
                .containsPattern("\nrefused right after +22\n")
                .containsPattern("\nviolations +0\n");
        assertNothingIsLeft();
    }

    @Test
    void figuresAsJson_areWhatTheyAreInTheTable() {
        JsonObject figures =
                server.json("bench", "revoke", "--tokens", "8", "--concurrency", "4");

        JsonObject propagated = figures.getAsJsonObject("propagated");
        assertThat(propagated.get("count").getAsInt()).isEqualTo(8);
        assertThat(propagated.get("p50_ms").getAsDouble()).isPositive()
                .isLessThanOrEqualTo(propagated.get("max_ms").getAsDouble());
        assertThat(figures.getAsJsonObject("commit").get("count").getAsInt()).isEqualTo(8);
        assertThat(figures.get("pending").getAsInt()).isZero();
        assertThat(figures.get("violations").getAsInt()).isZero();
        assertThat(figures.get("interrupted").getAsBoolean()).isFalse();
        assertNothingIsLeft();
    }

    @Test
    void gatewayThatGoesOnAccepting_isAViolationAndExitCodeOne() throws Exception {
        HttpServer careless = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        careless.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        careless.start();
        try {
            CommandLineRun run = server.run("bench", "revoke", "--tokens", "3", "--gateway",
                    "http://127.0.0.1:" + careless.getAddress().getPort());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.stdout()).containsPattern("\nviolations +13\n");
            assertThat(run.stderr())
                    .contains("accepted after its revocation was in force everywhere")
                    .containsPattern("http://127.0.0.1:\\d+/: token \\w{12}, status 200")
                    .doesNotContain("pct_");
        } finally {
            careless.stop(0);
        }
        assertNothingIsLeft();
    }

    @Test
    void gatewayThatDoesNotAcceptAFreshToken_endsItWithAWord() {
        CommandLineRun run = server.run("bench", "revoke", "--tokens", "3", "--gateway",
                gateway(), "--application", "elsewhere");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stderr()).contains("does not accept a fresh token of a reader on elsewhere",
                "status 403");
        assertNothingIsLeft();
    }

    @Test
    void interrupted_cleansUpAndTellsWhatItHas() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                "-cp", System.getProperty("java.class.path"), Main.class.getName(),
                "bench", "revoke", "--tokens", "100000", "--progress");
        builder.environment().putAll(server.environment());
        Process process = builder.start();
        try (BufferedReader err = new BufferedReader(new InputStreamReader(
                process.getErrorStream(), StandardCharsets.UTF_8))) {
            String line = err.readLine();
            while (line != null && !line.startsWith("revoked: ")) {
                line = err.readLine();
            }
            assertThat(line).contains(" of 100000 ");
            // not that of the process itself, which would close its streams as well
            process.toHandle().destroy();

            assertThat(err.lines().toList()).last().asString().startsWith("interrupted");
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .containsPattern("\npropagated +[1-9]");
        } finally {
            process.destroyForcibly();
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --warm-up 100001                 | --warm-up: 100001 is not between 0 and 100000
            --tokens 0                       | --tokens: 0 is not between 1 and 100000
            --concurrency 65                 | --concurrency: 65 is not between 1 and 64
            --gateway ftp://127.0.0.1/       | not http://host:port/path
            --gateway http://192.0.2.1/      | is not on this machine
            --gateway http://u:p@127.0.0.1/  | not http://host:port/path
            --gateway no|not
            """)
    void wrongUsage_saysWhyBeforeAnythingIsSent(String arguments, String expected) {
        List<String> all = new ArrayList<>(List.of("bench", "revoke"));
        all.addAll(List.of(arguments.split(" ")));

        CommandLineRun run = CommandLineRun.of(Map.of(), all.toArray(String[]::new));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.stderr()).startsWith("portcullis: ").contains(expected);
    }

    private static String gateway() {
        return "http://127.0.0.1:" + server.gatewayPort() + "/";
    }

    /** A deleted user is listed no more, and neither works any token of it. */
    private static void assertNothingIsLeft() {
        assertThat(server.ok("user", "list")).doesNotContain("bench-revoke-");
        assertThat(server.ok("token", "list", "--state", "live"))
                .doesNotContain("bench-revoke-");
    }
}
