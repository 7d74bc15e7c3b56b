package dev.portcullis.gateway.relay;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of one direction of a WebSocket (RFC 6455, section 5.2) by their lengths
 * alone, to know where one of our own could stand. Not thread-safe.
 */
public final class FrameBoundary {
    private static final int CLOSE = 8;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int TWO_OCTETS = 126;
    private static final int EIGHT_OCTETS = 127;
    private static final int MASK_OCTETS = 4;

    /** Octets of the present frame's head that were read; 0 at a boundary. */
    private int headRead;
    private int lengthOctets;
    private int maskOctets;
    private long payload;
    private boolean closing;
    private boolean lost;

    /** Takes note of octets that pass, without taking them. */
    public void passed(ByteBuf piece) {
        int at = piece.readerIndex();
        int to = piece.writerIndex();
        while (at < to && !lost) {
            if (headRead > 0 && headRead == headOctets()) {
                long skipped = Math.min(payload, to - at);
                payload -= skipped;
                at += (int) skipped;
            } else {
                head(piece.getByte(at++) & 0xff);
            }
            if (headRead >= 2 && headRead == headOctets() && payload == 0) {
                headRead = 0;
            }
        }
    }

    private void head(int octet) {
        if (headRead == 0) {
            closing |= (octet & OPCODE) == CLOSE;
            lengthOctets = 0;
            maskOctets = 0;
            payload = 0;
        } else if (headRead == 1) {
            int length = octet & LENGTH;
            lengthOctets = length == EIGHT_OCTETS ? 8 : length == TWO_OCTETS ? 2 : 0;
            maskOctets = (octet & MASKED) == 0 ? 0 : MASK_OCTETS;
            payload = lengthOctets == 0 ? length : 0;
        } else if (headRead < 2 + lengthOctets) {
            payload = payload << 8 | octet;
            // a length beyond what there can be: nobody knows any more where frames begin
            lost = payload < 0;
        }
        headRead++;
    }

    private int headOctets() {
        return headRead < 2 ? 2 : 2 + lengthOctets + maskOctets;
    }

    /** Whether a frame of ours may follow: none is in the middle, and none was the last. */
    public boolean isOpen() {
        return headRead == 0 && !closing && !lost;
    }
}
