package dev.portcullis.gateway.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Bodies too large to be kept: a block that repeats, of a length that no buffer has, so that a
 * piece which is lost, doubled or moved changes the checksum.
 */
final class BulkBody {
    private static final byte[] BLOCK = new byte[(1 << 20) - 3];

    static {
        new Random(11).nextBytes(BLOCK);
    }

    private BulkBody() {}

    /** Sends the first octets of the body. */
    static void write(OutputStream out, long count) throws IOException {
        for (long rest = count; rest > 0; rest -= BLOCK.length) {
            out.write(BLOCK, 0, (int) Math.min(rest, BLOCK.length));
        }
    }

    /** Takes exactly that many octets; their checksum. */
    static long read(InputStream in, long count) throws IOException {
        byte[] piece = new byte[256 * 1024];
        CRC32C sum = new CRC32C();
        long rest = count;
        while (rest > 0) {
            int got = in.read(piece, 0, (int) Math.min(rest, piece.length));
            if (got < 0) {
                throw new EOFException(rest + " octets of a body are missing");
            }
            sum.update(piece, 0, got);
            rest -= got;
        }
        return sum.getValue();
    }

    /** The checksum of the first octets of the body. */
    static long checksum(long count) {
        CRC32C sum = new CRC32C();
        for (long rest = count; rest > 0; rest -= BLOCK.length) {
            sum.update(BLOCK, 0, (int) Math.min(rest, BLOCK.length));
        }
        return sum.getValue();
    }
}
