package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: it loads its configuration again when told to, and by itself. */
class ReloadSignalTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path temporary;

    private RecordingUpstream upstream;
    private Path file;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = RecordingUpstream.start(false);
        file = temporary.resolve("gateway.yaml");
    }

    @AfterEach
    void stopUpstream() {
        upstream.close();
    }

    @Test
    void hangUp_loadsTheConfigurationAgain() throws Exception {
        write("a");
        try (ProgramProcess program = start()) {
            hangUp(program);
            awaitLine(program, "configuration reloaded: no application has changed");

            write("b", "c");
            hangUp(program);
            awaitLine(program, "configuration reloaded: added b, c; removed a");

            assertThat(program.terminate().awaitExit()).isZero();
        }
    }

    @Test
    void changedFile_isSeenWithoutBeingTold() throws Exception {
        write("a");
        try (ProgramProcess program = start()) {
            write("b", "!");
            awaitLine(program, file + ":12:11: applications: name: '!' is not");
            write("a", "b");
            awaitLine(program, "configuration reloaded: added b");
        }
    }

    private ProgramProcess start() throws Exception {
        return ProgramProcess.start(temporary, "standalone", "--config", file.toString())
                .awaitReady();
    }

    private static void awaitLine(ProgramProcess program, String line) {
        Awaitility.await().atMost(LONG).untilAsserted(
                () -> assertThat(program.stderr()).contains(line));
    }

    private static void hangUp(ProgramProcess program) throws Exception {
        Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(program.pid())).start();
        assertThat(kill.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    private void write(String... names) throws IOException {
        StringBuilder text = new StringBuilder("data: " + temporary.resolve("data") + "\n");
        for (String listen : new String[] {"", "admin_", "rest_", "management_"}) {
            text.append(listen).append("listen: 127.0.0.1:0\n");
        }
        text.append("access_log: 'off'\n\napplications:\n");
        for (String name : names) {
            text.append("  - name: '").append(name).append("'\n    path: /");
            text.append(name.equals("!") ? "x" : name);
            text.append("\n    upstream: ").append(upstream.url()).append('\n');
        }
        Files.writeString(file, text);
    }
}
