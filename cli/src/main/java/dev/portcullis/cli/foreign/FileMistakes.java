package dev.portcullis.cli.foreign;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a file, so that all of it is told at once. One thread. */
final class FileMistakes {
    /** More than anybody reads; the rest is only counted. */
    private static final int SHOWN_MAX = 100;

    private final List<String> lines = new ArrayList<>();
    private int count;

    void add(String place, String what) {
        count++;
        if (lines.size() < SHOWN_MAX) {
            lines.add(place + ": " + what);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Does nothing when there are none. */
    void throwIfAny() {
        if (count == 0) {
            return;
        }
        List<String> told = new ArrayList<>(lines);
        if (count > lines.size()) {
            told.add("and " + (count - lines.size()) + " more");
        }
        throw new CommandException(ExitCode.USAGE,
                count + (count == 1 ? " mistake" : " mistakes") + " in the file; nothing was sent",
                told);
    }
}
