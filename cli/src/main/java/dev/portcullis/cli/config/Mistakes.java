package dev.portcullis.cli.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that all of it is told at once. Not for several threads. */
final class Mistakes {
    /** More than anybody reads; the rest is only counted. */
    private static final int SHOWN_MAX = 100;

    private final List<String> lines = new ArrayList<>();
    private int count;

    /** Something is wrong at a place ({@code file:line:column}, a flag, a variable). */
    void add(String where, String what) {
        count++;
        if (lines.size() < SHOWN_MAX) {
            lines.add(printable(where.isEmpty() ? what : where + ": " + what));
        }
    }

    void add(Origin origin, String what) {
        add(origin.where(), what);
    }

    /** How many there are so far. */
    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Does nothing when there are none. */
    void throwIfAny() {
        if (isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder();
        message.append(count).append(count == 1 ? " mistake" : " mistakes");
        message.append(" in the configuration");
        for (String line : lines) {
            message.append(System.lineSeparator()).append("  ").append(line);
        }
        if (count > lines.size()) {
            message.append(System.lineSeparator()).append("  and ").append(count - lines.size());
            message.append(" more");
        }
        throw new ConfigException(message.toString(), count);
    }

    /** What was read may hold anything; a terminal and a line of its own must survive it. */
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().limit(500).forEach(c -> {
            boolean odd = Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SURROGATE
                    || c == 0x2028
                    || c == 0x2029;
            clean.appendCodePoint(odd ? '\uFFFD' : c);
        });
        return clean.toString();
    }
}
