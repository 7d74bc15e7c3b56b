package dev.portcullis.benchmarks.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a virtual machine of its own, classes of the gateway are what the agent makes of them. */
class AgentTest {
    @TempDir
    private Path folder;

    private AgentJar jar;
    private Path clock;

    @BeforeEach
    void write() throws IOException {
        jar = AgentJar.write(folder);
        clock = folder.resolve("clock");
    }

    private Process start(Mistake mistake) throws IOException {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", jar.option(clock, mistake),
                "-cp", System.getProperty("java.class.path"), AgentProbe.class.getName())
                .redirectErrorStream(true)
                .start();
    }

    private List<String> printed(Mistake mistake) throws Exception {
        Process process = start(mistake);
        process.getOutputStream().close();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> all = new ArrayList<>(lines.lines().toList());
            assertThat(process.waitFor()).as(all.toString()).isZero();
            return all;
        }
    }

    @Test
    void withoutAMistake_theProductIsWhatItIs() throws Exception {
        assertThat(printed(null)).contains("agent: changed dev/portcullis/gateway/"
                        + "GatewayEnvironment")
                .containsSubsequence("lease that nobody gave: false",
                        "record below its floor: false", "change: applied", "minutes: 0");
    }

    @ParameterizedTest
    @CsvSource({
        "ACK, lookup/Lookup$Target, change: not applied",
        "CHANGES, lookup/Lookup$Target, change: not applied",
        "FLOORS, lookup/FloorTable, record below its floor: true",
        "LEASE, watch/Lease, lease that nobody gave: true",
    })
    void mistake_isMade(Mistake mistake, String type, String expected) throws Exception {
        assertThat(printed(mistake))
                .contains("agent: changed dev/portcullis/gateway/" + type, expected);
    }

    @Test
    void clock_isWhatTheFileSays_whileItRuns() throws Exception {
        set(20);
        Process process = start(null);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            awaitMinutes(process, lines, 20);
            set(-20);
            awaitMinutes(process, lines, -20);
            set(0);
            awaitMinutes(process, lines, 0);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void set(int minutes) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), minutes * 60_000 + "\n");
        Files.move(fresh, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Asks until it is so: the file is looked at now and then. */
    private static void awaitMinutes(Process process, BufferedReader lines, int minutes)
            throws IOException {
        for (String line = lines.readLine(); !("minutes: " + minutes).equals(line);
                line = lines.readLine()) {
            assertThat(line).as("the probe has ended").isNotNull();
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }
    }
}
