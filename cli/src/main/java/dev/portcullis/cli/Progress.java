package dev.portcullis.cli;

import java.io.PrintWriter;
import java.util.function.LongSupplier;

/**
 * Tells a person how far something has come that takes more than a second: on one line that is
 * written over on a terminal, line by line elsewhere. Not for several threads.
 */
public final class Progress {
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long INTERVAL_NANOS = 500_000_000L;

    private final PrintWriter out;
    private final boolean wanted;
    private final boolean overwrites;
    private final LongSupplier nanoTime;
    private final long start;
    private long last;
    private int width;

    private Progress(
            PrintWriter out, boolean wanted, boolean overwrites, LongSupplier nanoTime) {
        this.out = out;
        this.wanted = wanted;
        this.overwrites = overwrites;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.last = start + PATIENCE_NANOS - INTERVAL_NANOS;
    }

    /**
     * Of a command.
     *
     * @param forced whether it is wanted even where nobody watches
     */
    public static Progress of(PrintWriter err, boolean forced) {
        boolean terminal = Terminal.isTerminal(Terminal.STDERR);
        return of(err, forced || terminal, terminal, System::nanoTime);
    }

    static Progress of(
            PrintWriter out, boolean wanted, boolean overwrites, LongSupplier nanoTime) {
        return new Progress(out, wanted, overwrites, nanoTime);
    }

    /** So many of so many; {@code total} is 0 where it is not known. */
    public void at(String what, long done, long total) {
        long now = nanoTime.getAsLong();
        if (!wanted || now - last < INTERVAL_NANOS) {
            return;
        }
        last = now;
        String text = what + " " + done
                + (total > 0 ? " of " + total + " (" + done * 100 / total + " %)" : "");
        if (overwrites) {
            out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
            width = text.length();
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** Takes the line away again. */
    public void done() {
        if (width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            out.flush();
            width = 0;
        }
    }
}
