package dev.portcullis.gateway.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters, of which each event loop has a row of its own. A loop adds to its row without a locked
 * instruction, as nobody else writes there; whoever reads adds the rows up. A row is made when its
 * loop first counts something.
 *
 * <p>{@link #add} belongs to the loop of the row; the rest to any thread, which may see what was
 * added a moment later.
 */
final class LoopCells {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(long[][].class);
    /** On both sides of a row, so that no cache line belongs to two loops. */
    private static final int PADDING = 8;

    private final int width;
    private final long[][] rows;

    LoopCells(int loops, int width) {
        this.width = width;
        this.rows = new long[loops][];
    }

    void add(int loop, int cell, long value) {
        long[] row = rows[loop];
        if (row == null) {
            row = new long[width + 2 * PADDING];
            ROW.setRelease(rows, loop, row);
        }
        int at = PADDING + cell;
        CELL.setOpaque(row, at, row[at] + value);
    }

    long sum(int cell) {
        long sum = 0;
        for (int loop = 0; loop < rows.length; loop++) {
            long[] row = (long[]) ROW.getAcquire(rows, loop);
            if (row != null) {
                sum += (long) CELL.getOpaque(row, PADDING + cell);
            }
        }
        return sum;
    }
}
