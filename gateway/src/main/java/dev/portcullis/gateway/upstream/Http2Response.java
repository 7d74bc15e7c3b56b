package dev.portcullis.gateway.upstream;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.http2.FieldSection;
import dev.portcullis.gateway.http2.ResponseSections;
import dev.portcullis.gateway.http2.TrailerSections;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.upstream.UpstreamListener.ResponseBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/**
 * The response on one stream: heads, body and trailers in their order, with the length that was
 * announced (RFC 9113, section 8.1.1). What comes while the exchange does not read is held, and
 * with it the stream's window, so that no more can come than that. Not thread-safe.
 */
final class Http2Response {
    private static final int OK_LINE = "HTTP/1.1 200 \r\n".length();
    private static final byte[] SWITCHING = ascii("HTTP/1.1 101 Switching Protocols\r\n"
            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final int HELD_HEADS_MAX = 16;

    private final Http2Lease lease;
    private final UpstreamListener listener;
    private final InterimBound interims = new InterimBound();
    private boolean headMethod;
    /** What a tunnel that is asked for is accepted with; null when none is. */
    private byte[] accept;

    // what has come
    private boolean begun;
    private ResponseBody body;
    /** Octets of the body that have to come yet; negative when nobody knows. */
    private long remaining;
    private boolean ended;

    // what has gone on to the exchange
    private boolean reading = true;
    private boolean delivering;
    private int unconsumed;
    private int heldHeads;
    private ArrayDeque<Object> held;

    /** A head that is held: its octets, and whether it is all. */
    private record Head(byte[] octets, boolean end) {}

    /** The end that is held. */
    private record End(Trailers trailers) {}

    Http2Response(Http2Lease lease, UpstreamListener listener) {
        this.lease = lease;
        this.listener = listener;
    }

    /** What the request was; {@code toBeAcceptedWith} is null when it asked for no tunnel. */
    void expect(boolean toHead, byte[] toBeAcceptedWith) {
        headMethod = toHead;
        accept = toBeAcceptedWith;
    }

    boolean awaitsTunnel() {
        return accept != null && !begun;
    }

    boolean isTunnel() {
        return body == ResponseBody.TUNNEL;
    }

    /** Whether its last frame has come, though it may be held. */
    boolean ended() {
        return ended;
    }

    // ------------------------------------------------------------------ frames

    void headersRead(FieldSection section, boolean end) {
        if (begun) {
            trailersRead(section, end);
            return;
        }
        ByteBuf octets = translate(section, end);
        ResponseHead head = lease.head();
        head.clear();
        if (octets == null || head.read(octets) != Progress.COMPLETE || !begins(head, end)) {
            lease.fail(Refusal.UPSTREAM_INVALID);
            return;
        }
        ended = end;
        if (!holds()) {
            deliver(head, end);
        } else if (++heldHeads > HELD_HEADS_MAX) {
            lease.fail(Refusal.UPSTREAM_INVALID);
        } else {
            hold(new Head(ByteBufUtil.getBytes(octets, 0, octets.writerIndex()), end));
        }
    }

    /** The head in the form of HTTP/1.1; null when it is malformed. */
    private ByteBuf translate(FieldSection section, boolean end) {
        ByteBuf octets = lease.scratch();
        boolean switching = accept != null && !end && !section.isEmpty()
                && section.value(0).contentEquals("200");
        if (!ResponseSections.toHead(section, end, headMethod || switching, octets)) {
            return null;
        }
        if (!switching) {
            return octets;
        }
        // 200 to an extended CONNECT means what 101 means elsewhere (RFC 8441, section 5)
        return Unpooled.buffer()
                .writeBytes(SWITCHING).writeBytes(accept).writeBytes(CRLF)
                .writeBytes(octets.skipBytes(OK_LINE));
    }

    /** Takes note of what a head says of the body; false when it cannot be. */
    private boolean begins(ResponseHead head, boolean end) {
        if (head.status() == 101) {
            begun = true;
            body = ResponseBody.TUNNEL;
            remaining = -1;
            return head.switchesToWebSocket(accept);
        }
        if (head.isInterim()) {
            return interims.admits(head);
        }
        begun = true;
        boolean some = head.hasBody(headMethod);
        remaining = some ? head.contentLength() : 0;
        body = !some ? ResponseBody.NONE
                : remaining > 0 ? ResponseBody.LENGTH : ResponseBody.CHUNKED;
        return !end || !some;
    }

    private void trailersRead(FieldSection section, boolean end) {
        Trailers trailers = TrailerSections.toTrailers(section);
        // a second head that is not the end is neither a head nor trailers
        if (!end || trailers == null || isTunnel() || remaining > 0) {
            lease.fail(Refusal.UPSTREAM_INVALID);
            return;
        }
        ended = true;
        end(trailers.fields() == 0 ? null : trailers);
    }

    /** A piece of the body; how many of its octets the upstream may send again at once. */
    int dataRead(ByteBuf data, boolean end) {
        int octets = data.readableBytes();
        boolean tooMuch = remaining >= 0 && octets > remaining;
        if (remaining >= 0) {
            remaining -= octets;
        }
        if (!begun || tooMuch || end && remaining > 0) {
            lease.fail(Refusal.UPSTREAM_INVALID);
            return octets;
        }
        ended = end;
        int free = octets == 0 ? 0 : piece(data.retainedSlice());
        if (end) {
            end(null);
        }
        return free;
    }

    private int piece(ByteBuf piece) {
        int octets = piece.readableBytes();
        if (holds()) {
            hold(piece);
        } else {
            listener.responseBody(piece);
        }
        if (reading && !holds()) {
            return octets;
        }
        unconsumed += octets;
        return 0;
    }

    private void end(Trailers trailers) {
        if (lease.isOver()) {
            return;
        }
        if (holds()) {
            hold(new End(trailers));
        } else {
            listener.responseEnded(trailers);
        }
    }

    // ------------------------------------------------------------------ towards the exchange

    private boolean holds() {
        return !reading || held != null && !held.isEmpty();
    }

    private void hold(Object what) {
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.add(what);
    }

    private void deliver(ResponseHead head, boolean end) {
        if (head.isInterim() && head.status() != 101) {
            listener.interimResponse(head);
            return;
        }
        listener.responseBegan(head, body);
        if (end) {
            end(null);
        }
    }

    /** Stops or goes on: what is held goes first. */
    void read(boolean on) {
        reading = on;
        if (!on || delivering) {
            return;
        }
        if (held != null && !held.isEmpty()) {
            delivering = true;
            try {
                deliverHeld();
            } finally {
                delivering = false;
            }
        }
        if (unconsumed > 0 && !holds() && !lease.isOver()) {
            int octets = unconsumed;
            unconsumed = 0;
            lease.consumed(octets);
        }
    }

    private void deliverHeld() {
        while (reading && !lease.isOver() && !held.isEmpty()) {
            Object next = held.poll();
            if (next instanceof ByteBuf piece) {
                listener.responseBody(piece);
            } else if (next instanceof End end) {
                listener.responseEnded(end.trailers());
            } else {
                Head octets = (Head) next;
                ResponseHead head = lease.head();
                head.clear();
                head.read(Unpooled.wrappedBuffer(octets.octets()));
                deliver(head, octets.end());
            }
        }
        lease.paused();
    }

    /** Gives up what is held. */
    void discard() {
        while (held != null && !held.isEmpty()) {
            if (held.poll() instanceof ByteBuf piece) {
                piece.release();
            }
        }
    }
}
