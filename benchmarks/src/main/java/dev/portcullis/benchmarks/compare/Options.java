package dev.portcullis.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param rivals names, in the order of the table
 * @param before the launcher of another checkout, which is compared with this one; null: none
 * @param slices how often each is driven in each way
 * @param seconds how long each time
 * @param warmUpSeconds how long each is driven before anything is measured
 * @param rate requests a second by schedule; 0 leaves that out
 * @param connections kept-alive connections of the client
 * @param tokens how many keys the proxies know
 * @param syscalls whether to count system calls too
 * @param keep whether results are appended to the results file
 */
record Options(
        List<String> rivals,
        Path before,
        int slices,
        double seconds,
        double warmUpSeconds,
        int rate,
        int connections,
        int tokens,
        boolean syscalls,
        boolean keep) {

    static final String USAGE = """
            usage: benchmarks/compare [options]
              --rivals A,B      any of %s (default: all)
              --before FILE     the launcher of another checkout, to compare this one with
              --slices N        how often each is driven in each way (default: 7)
              --seconds S       how long each time (default: 2)
              --warm-up S       how long each is driven beforehand (default: 20)
              --rate R          requests a second by schedule; 0 leaves that out (default: 2000)
              --connections N   kept-alive connections (default: 64)
              --tokens N        keys that each proxy knows (default: 10000)
              --syscalls        count system calls per request with strace
              --no-keep         do not append to benchmarks/results/compare.jsonl
              --short           a moment of the bare Netty relay, to see that all is in order""";

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static Options parse(String[] arguments) {
        List<String> left = new ArrayList<>(Arrays.asList(arguments));
        boolean isShort = left.remove("--short");
        boolean syscalls = left.remove("--syscalls");
        boolean keep = !left.remove("--no-keep") && !isShort;
        String before = take(left, "--before", "");
        Options options = new Options(
                Arrays.asList(take(left, "--rivals", isShort ? "netty" : String.join(",",
                        Rivals.NAMES)).split(",")),
                before.isEmpty() ? null : Path.of(before).toAbsolutePath(),
                integer(left, "--slices", isShort ? 1 : 7),
                decimal(left, "--seconds", isShort ? 1 : 2),
                decimal(left, "--warm-up", isShort ? 0.2 : 20),
                integer(left, "--rate", isShort ? 500 : 2_000),
                integer(left, "--connections", isShort ? 8 : 64),
                integer(left, "--tokens", isShort ? 100 : 10_000),
                syscalls,
                keep);
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + String.join(" ", left));
        }
        for (String rival : options.rivals) {
            if (!Rivals.NAMES.contains(rival)) {
                throw new IllegalArgumentException("no such rival: " + rival);
            }
        }
        return options;
    }

    private static int integer(List<String> left, String name, int fallback) {
        return (int) decimal(left, name, fallback);
    }

    private static double decimal(List<String> left, String name, double fallback) {
        String text = take(left, name, Double.toString(fallback));
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value < 1e9) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(name + " takes a number: " + text);
    }

    private static String take(List<String> left, String name, String fallback) {
        int at = left.indexOf(name);
        if (at < 0) {
            return fallback;
        }
        if (at == left.size() - 1) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        left.remove(at);
        return left.remove(at);
    }
}
