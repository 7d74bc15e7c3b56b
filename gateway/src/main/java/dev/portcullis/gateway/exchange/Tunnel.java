package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.relay.FrameBoundary;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * What is known of an exchange that has become a WebSocket: octets go both ways until both ends
 * have closed theirs. Not thread-safe: it belongs to its exchange.
 */
final class Tunnel {
    /** FIN and opcode 8 (RFC 6455, section 5.5.1). */
    private static final int CLOSE = 0x88;
    /** The status for what a policy does not allow (RFC 6455, section 7.4.1). */
    private static final int POLICY_VIOLATION = 1008;

    private final FrameBoundary towardsClient = new FrameBoundary();
    private boolean upstreamEnded;

    /** Octets go to the client. */
    void passed(ByteBuf piece) {
        towardsClient.passed(piece);
    }

    /** The upstream sends no more. */
    void upstreamEnded() {
        upstreamEnded = true;
    }

    boolean hasUpstreamEnded() {
        return upstreamEnded;
    }

    /**
     * The frame that tells the client why its tunnel is cut; null where no frame may stand now. The
     * caller owns it.
     */
    ByteBuf closeFrame(Refusal why) {
        if (upstreamEnded || !towardsClient.isOpen()) {
            return null;
        }
        byte[] reason = why.code().getBytes(StandardCharsets.US_ASCII);
        return Unpooled.buffer(4 + reason.length)
                .writeByte(CLOSE)
                .writeByte(2 + reason.length)
                .writeShort(POLICY_VIOLATION)
                .writeBytes(reason);
    }
}
