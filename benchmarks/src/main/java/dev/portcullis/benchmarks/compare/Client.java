package dev.portcullis.benchmarks.compare;

import dev.portcullis.benchmarks.stage.ProcessUse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The process that makes load, seen from the one that compares. */
final class Client {
    private static final String NAME = "load";

    private final Site site;
    private final PrintStream commands;
    private final BufferedReader answers;

    Client(Site site, Path tokens) throws IOException {
        this.site = site;
        Process process =
                site.startTalking(Site.Side.CLIENT, NAME, site.java(Load.class, tokens));
        commands = new PrintStream(
                process.getOutputStream(), true, StandardCharsets.US_ASCII);
        answers = Site.output(process);
        expect("ready");
    }

    /**
     * What one slice came to.
     *
     * @param requests answered within the measured time
     * @param nanos the measured time
     * @param cpuNanos what the process in front used of processors in it
     * @param busyNanos how long its processor was busy in it, whoever used it
     * @param allRequests answered in all, with those before the measured time
     */
    record Slice(
            long requests,
            long nanos,
            long cpuNanos,
            long busyNanos,
            long p50,
            long p99,
            long p999,
            long allRequests) {

        double cpuMicrosPerRequest() {
            return cpuNanos / 1e3 / requests;
        }

        /** How much of the proxy's processor somebody else used: what spoils a measurement. */
        double othersShare() {
            return Math.max(0, (double) (busyNanos - cpuNanos) / nanos);
        }

        double requestsPerSecond() {
            return requests * 1e9 / nanos;
        }
    }

    /** How a port is driven; a rate of 0 is a closed loop. */
    record Drive(int port, int connections, long warmUpMillis, long millis, int rate) {}

    /**
     * Drives a port, and meters a process meanwhile.
     *
     * @throws IOException when a single answer was not what it should be
     */
    Slice drive(Drive drive, ProcessHandle metered) throws IOException {
        commands.println("run " + drive.port + " " + drive.connections + " "
                + drive.warmUpMillis + " " + drive.millis + " " + drive.rate);
        expect("begin");
        Map<Long, Long> before = ProcessUse.cpu(metered);
        long busyBefore = ProcessUse.busy(Site.PROXY_PROCESSOR);
        expect("end");
        Map<Long, Long> after = ProcessUse.cpu(metered);
        long busyAfter = ProcessUse.busy(Site.PROXY_PROCESSOR);
        String[] result = expect("result").split(" ", 9);
        long bad = Long.parseLong(result[7]);
        long all = Long.parseLong(result[6]);
        if (bad > 0 || all == 0) {
            throw new IOException(
                    bad + " bad answers of " + all + ", the last failure: " + result[8]);
        }
        return new Slice(
                Long.parseLong(result[1]),
                Long.parseLong(result[2]),
                ProcessUse.cpuBetween(before, after),
                busyAfter - busyBefore,
                Long.parseLong(result[3]),
                Long.parseLong(result[4]),
                Long.parseLong(result[5]),
                all);
    }

    private String expect(String word) throws IOException {
        String line = answers.readLine();
        if (line == null || !line.startsWith(word)) {
            throw new IOException("the client said '" + line + "' instead of '" + word + "':\n"
                    + site.lastWords(NAME));
        }
        return line;
    }
}
