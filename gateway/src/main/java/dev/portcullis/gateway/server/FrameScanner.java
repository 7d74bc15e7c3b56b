package dev.portcullis.gateway.server;

import dev.portcullis.gateway.server.FloodGuard.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Looks at the heads of frames before they are decoded, for what the decoder does not tell: frames
 * that it ignores count as well, and a field block that never ends has begun at some time. Payloads
 * are skipped. Not thread-safe: it belongs to its connection.
 */
final class FrameScanner {
    private static final int HEAD_OCTETS = 9;
    private static final int PREFACE_OCTETS = 24;
    private static final int END_HEADERS = 0x4;
    private static final int NO_TYPE = -1;

    private final FloodGuard guard;
    private final byte[] head = new byte[HEAD_OCTETS];
    private int headRead;
    private int type = NO_TYPE;
    /** Of the present payload, or of the preface. */
    private int toSkip = PREFACE_OCTETS;
    private boolean inBlock;
    private long begunAt;

    FrameScanner(FloodGuard guard, long now) {
        this.guard = guard;
        this.begunAt = now;
    }

    /** Looks at octets without taking them; false when they are a flood. */
    boolean scan(ByteBuf in, long now) {
        int at = in.readerIndex();
        int to = in.writerIndex();
        while (at < to) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, to - at);
                at += skipped;
                toSkip -= skipped;
                continue;
            }
            if (headRead == 0 && !inBlock) {
                begunAt = now;
            }
            head[headRead++] = in.getByte(at++);
            if (headRead == HEAD_OCTETS && !frame()) {
                return false;
            }
        }
        return true;
    }

    private boolean frame() {
        headRead = 0;
        toSkip = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
        type = head[3] & 0xff;
        boolean ends = (head[4] & END_HEADERS) != 0;
        switch (type) {
            case Http2FrameTypes.DATA -> {
                return true;
            }
            case Http2FrameTypes.HEADERS, Http2FrameTypes.CONTINUATION -> {
                inBlock = !ends;
                guard.earn(Kind.PRIORITY, 1);
                return true;
            }
            case Http2FrameTypes.RST_STREAM -> {
                return guard.spend(Kind.RESET);
            }
            case Http2FrameTypes.SETTINGS -> {
                return guard.spend(Kind.SETTINGS);
            }
            case Http2FrameTypes.PING -> {
                return guard.spend(Kind.PING);
            }
            case Http2FrameTypes.PRIORITY -> {
                return guard.spend(Kind.PRIORITY);
            }
            case Http2FrameTypes.WINDOW_UPDATE -> {
                return guard.spend(Kind.WINDOW_UPDATE);
            }
            default -> {
                return guard.spend(Kind.OTHER);
            }
        }
    }

    /**
     * Whether something has begun that is not whole and is nobody's body: the preface, a field
     * block, a frame.
     */
    boolean awaitsMore() {
        boolean partial = toSkip > 0 && type != Http2FrameTypes.DATA;
        return partial || headRead > 0 || inBlock || type == NO_TYPE;
    }

    /** When that began. */
    long begunAt() {
        return begunAt;
    }
}
