package dev.portcullis.gateway.server;

import dev.portcullis.gateway.exchange.Downstream;
import dev.portcullis.gateway.exchange.Exchange;
import dev.portcullis.gateway.http1.HeadProblem;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.http2.FieldSection;
import dev.portcullis.gateway.http2.ResponseSections;
import dev.portcullis.gateway.http2.TrailerSections;
import dev.portcullis.gateway.outcome.FaultSource;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.rewrite.ResponseRewriter.Connection;
import dev.portcullis.gateway.upstream.UpstreamListener.ResponseBody;
import dev.portcullis.gateway.watch.Changed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.time.Duration;

/**
 * One request over HTTP/2 and what is to be sent on its stream. It lives until the stream is
 * closed, which may be long after its exchange has ended.
 *
 * <p>Not thread-safe: everything happens on the connection's event loop.
 */
final class Http2DownstreamStream implements Downstream {
    private static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
    private static final byte[] EMPTY_LINE = {'\r', '\n'};
    private static final int UNKNOWN = -1;

    private final Http2DownstreamConnection connection;
    private final Http2Stream stream;
    private RequestHead head;
    private Exchange exchange;

    /** Octets of the body that are still to come by Content-Length, or {@link #UNKNOWN}. */
    private long expected = UNKNOWN;
    private boolean bodyAccepted;
    private boolean delivering;
    /** Data that came before the exchange would take it: never more than the stream's window. */
    private ByteBuf held;
    private Trailers trailers;
    private boolean inputEnded;
    private boolean inputDelivered;
    private boolean begun;
    private boolean touched;

    /** A head whose body is known to be empty, until it is known whether trailers follow. */
    private Http2Headers heldHead;
    private boolean headSent;
    private boolean outputEnded;
    private boolean tunnel;
    private boolean gone;
    private Http2Error malformedAs;
    private long octets;
    private long since;
    private int window;

    Http2DownstreamStream(Http2DownstreamConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.stream = stream;
        this.head = connection.worker().leaseHead();
        this.since = connection.worker().now();
        this.window = connection.windowOf(stream);
        head.cameOverHttp2();
    }

    int id() {
        return stream.id();
    }

    // ------------------------------------------------------------------ the request

    /** The request's fields; {@code ended} when there is nothing else to it. */
    void begin(FieldSection section, boolean ended) {
        inputEnded = ended;
        exchange = new Exchange(connection.worker().flow(), this, head);
        ByteBuf octetsOfHead = connection.worker().scratch();
        if (!connection.worker().requestSections().toHead(
                section, ended, connection.worker().webSocketKeys(), octetsOfHead)) {
            malformed(Http2Error.PROTOCOL_ERROR);
            return;
        }
        switch (head.read(octetsOfHead)) {
            case COMPLETE -> beginExchange(ended);
            case REFUSED -> exchange.refuseAtOnce(refusalOf(head.problem()));
            case INCOMPLETE ->
                    throw new IllegalStateException("a head of our own without its end");
        }
    }

    /** The request's fields were too many to be kept. */
    void beginTooLarge() {
        exchange = new Exchange(connection.worker().flow(), this, head);
        exchange.refuseAtOnce(Refusal.HEAD_TOO_LARGE);
    }

    private static Refusal refusalOf(HeadProblem problem) {
        return switch (problem) {
            case MALFORMED, VERSION_UNSUPPORTED -> Refusal.REQUEST_MALFORMED;
            case LINE_TOO_LONG -> Refusal.URI_TOO_LONG;
            case TOO_LARGE -> Refusal.HEAD_TOO_LARGE;
            case EXPECTATION_UNKNOWN -> Refusal.EXPECTATION_FAILED;
        };
    }

    private void beginExchange(boolean ended) {
        expected = head.contentLength();
        if (ended && expected > 0) {
            malformed(Http2Error.PROTOCOL_ERROR);
            return;
        }
        // a handshake is whole without the end of its stream, which will be its tunnel's
        boolean whole = ended || head.upgradesToWebSocket();
        inputDelivered = whole;
        begun = true;
        exchange.begin();
        if (whole && exchange != null) {
            exchange.requestEnded(null);
        }
    }

    /**
     * A piece of the body, which remains the caller's.
     *
     * @return how many octets are done with
     */
    int data(ByteBuf piece, boolean ended) {
        int length = piece.readableBytes();
        inputEnded |= ended;
        if (exchange == null) {
            return length; // nobody wants it any more
        }
        if (expected >= 0) {
            expected -= length;
            if (expected < 0 || ended && expected > 0) {
                malformed(Http2Error.PROTOCOL_ERROR);
                return length;
            }
        }
        if (delivers() && held == null && !delivering) {
            return deliver(piece, length);
        }
        if (length > 0) {
            hold(piece);
        }
        return 0;
    }

    private int deliver(ByteBuf piece, int length) {
        delivering = true;
        if (length > 0) {
            exchange.requestBody(piece.retainedSlice());
        }
        delivering = false;
        deliverHeld();
        return length;
    }

    /** In one buffer, however small the pieces are in which it came. */
    private void hold(ByteBuf piece) {
        if (held == null) {
            held = connection.allocate(piece.readableBytes());
        }
        held.writeBytes(piece);
    }

    /** The trailers of the request, which end it. */
    void requestTrailers(FieldSection section) {
        inputEnded = true;
        if (exchange == null) {
            return;
        }
        trailers = TrailerSections.toTrailers(section);
        if (trailers == null || expected > 0) {
            malformed(Http2Error.PROTOCOL_ERROR);
            return;
        }
        if (trailers.fields() == 0) {
            trailers = null;
        }
        deliverHeld();
    }

    private void deliverHeld() {
        if (delivering) {
            return;
        }
        delivering = true;
        while (delivers() && held != null) {
            ByteBuf piece = held;
            held = null;
            int length = piece.readableBytes();
            exchange.requestBody(piece);
            connection.consumed(stream, length);
        }
        delivering = false;
        if (delivers() && held == null && inputEnded) {
            inputDelivered = true;
            exchange.requestEnded(trailers);
        }
    }

    /**
     * Whether the exchange takes what comes. A request that is whole has nothing more to it: what
     * is sent behind a handshake waits until there is a tunnel, and is never part of a request.
     */
    private boolean delivers() {
        return exchange != null && bodyAccepted && !inputDelivered;
    }

    /** What came breaks the rules: the stream is reset, and the upstream sees no end of it. */
    void malformed(Http2Error as) {
        malformedAs = as;
        if (exchange == null) {
            abort(null);
        } else if (begun) {
            exchange.requestBroke(Refusal.REQUEST_MALFORMED);
        } else {
            exchange.refuseAtOnce(Refusal.REQUEST_MALFORMED);
        }
    }

    /** The stream is over, whoever ended it: nothing can be sent or received on it any more. */
    void closed() {
        gone = true;
        if (exchange != null) {
            exchange.requestBroke(null);
        }
        release();
    }

    /** The client has ended its side of the connection in the midst of this request. */
    void inputBroke() {
        if (exchange != null && !inputEnded) {
            exchange.requestBroke(null);
        }
    }

    private void release() {
        exchange = null;
        heldHead = null;
        if (held != null) {
            int length = held.readableBytes();
            held.release();
            held = null;
            if (!gone) {
                connection.consumed(stream, length);
            }
        }
        if (head != null) {
            connection.worker().returnHead(head);
            head = null;
        }
    }

    // ------------------------------------------------------------------ time

    void changed(Changed changed) {
        if (exchange != null && exchange.hangsOn(changed)) {
            exchange.verifyAnew();
        }
    }

    void tick(long now, long nowMillis) {
        int left = gone ? window : connection.windowOf(stream);
        boolean moved = left != window;
        window = left;
        if (moved || exchange != null && exchange.progressed()) {
            since = now;
        }
        if (exchange != null) {
            exchange.tick(now, nowMillis);
        }
        Duration usual = connection.worker().config().bodyTimeout();
        Duration patience = exchange == null ? usual : exchange.patience(usual);
        if (now - since < patience.toNanos()) {
            return;
        }
        if (exchange != null) {
            exchange.timedOut();
        } else {
            connection.reset(this, Http2Error.CANCEL);
        }
        connection.flushSoon();
    }

    /** The client can take more of the response. */
    void writable() {
        if (exchange != null && isWritable()) {
            exchange.downstreamWritable();
        }
    }

    /** Something of this request came: it is flushed with the rest of what was read. */
    boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    void flushUpstream() {
        touched = false;
        if (exchange != null) {
            exchange.flush();
        }
    }

    /** The gateway failed on it. */
    void failed() {
        if (exchange == null || !exchange.failed()) {
            connection.reset(this, Http2Error.INTERNAL_ERROR);
        }
    }

    // ------------------------------------------------------------------ the exchange's wishes

    @Override
    public Caller caller() {
        return connection.caller();
    }

    @Override
    public void acceptBody(boolean on) {
        bodyAccepted = on;
        if (on) {
            deliverHeld();
            // within a turn of reading it is done at the end, for all streams
            if (exchange != null && !connection.isReading()) {
                exchange.flush();
            }
        }
    }

    @Override
    public void sendInterim(ResponseHead interim) {
        if (!gone) {
            connection.writeHeaders(
                    this, section(connection.worker().responses().rewriteInterim(
                            interim, exchange.responseEdits())), false);
            connection.flushSoon();
        }
    }

    @Override
    public void sendHead(ResponseHead response, ResponseBody kind) {
        headSent = true;
        if (gone) {
            return;
        }
        if (kind == ResponseBody.TUNNEL) {
            tunnel = true;
            bodyAccepted = false;
            inputDelivered = false;
        }
        Http2Headers section = section(connection.worker().responses().rewrite(
                response, false, tunnel ? Connection.UPGRADED : Connection.KEPT,
                exchange.responseEdits()));
        if (kind == ResponseBody.NONE) {
            heldHead = section;
        } else {
            connection.writeHeaders(this, section, false);
        }
    }

    private static Http2Headers section(ByteBuf octetsOfHead) {
        try {
            return ResponseSections.fromHead(octetsOfHead);
        } finally {
            octetsOfHead.release();
        }
    }

    @Override
    public void sendBody(ByteBuf piece) {
        octets += piece.readableBytes();
        if (gone || outputEnded) {
            piece.release();
            return;
        }
        writeHeldHead();
        connection.writeData(this, piece, false);
    }

    @Override
    public void sendEnd(Trailers last) {
        if (gone || outputEnded) {
            return;
        }
        Http2Headers section = last == null ? null : TrailerSections.fromTrailers(last);
        boolean any = section != null && !section.isEmpty();
        if (heldHead != null && !any) {
            endWithHeaders(heldHead);
        } else if (any) {
            writeHeldHead();
            endWithHeaders(section);
        } else {
            endWithData(Unpooled.EMPTY_BUFFER);
        }
    }

    private void writeHeldHead() {
        if (heldHead != null) {
            connection.writeHeaders(this, heldHead, false);
            heldHead = null;
        }
    }

    private void endWithHeaders(Http2Headers section) {
        outputEnded = true;
        heldHead = null;
        connection.writeHeaders(this, section, true);
    }

    private void endWithData(ByteBuf last) {
        outputEnded = true;
        connection.writeData(this, last, true);
    }

    @Override
    public void sendLocal(ByteBuf replyHead, byte[] replyBody, boolean poisoned) {
        headSent = true;
        boolean bodiless = replyBody.length == 0
                || head.startLineIsRead() && head.methodIs("HEAD");
        replyHead.writeBytes(EMPTY_LINE);
        Http2Headers section = section(replyHead);
        if (gone) {
            return;
        }
        if (malformedAs != null) {
            // there is no request that this could be the response to (RFC 9113, section 8.1.1)
            connection.reset(this, malformedAs);
        } else if (bodiless) {
            endWithHeaders(section);
        } else {
            octets += replyBody.length;
            connection.writeHeaders(this, section, false);
            endWithData(Unpooled.wrappedBuffer(replyBody));
        }
    }

    @Override
    public void flush() {
        if (gone) {
            return;
        }
        writeHeldHead();
        if (isWritable()) {
            connection.flushSoon();
        } else {
            connection.flushNow();
        }
    }

    @Override
    public boolean isWritable() {
        return gone || connection.isWritable(stream);
    }

    @Override
    public long octetsSent() {
        return headSent ? octets : 0;
    }

    @Override
    public void exchangeEnded() {
        since = connection.worker().now();
        release();
        connection.flushSoon();
    }

    @Override
    public void abort(Refusal why) {
        boolean grpc = head != null && head.grpc();
        release();
        if (gone) {
            return;
        }
        if (malformedAs != null) {
            connection.reset(this, malformedAs);
        } else if (outputEnded) {
            if (!inputEnded) {
                connection.reset(this, Http2Error.CANCEL);
            }
        } else if (tunnel) {
            // its last frame is not to be lost
            endWithData(Unpooled.EMPTY_BUFFER);
        } else if (grpc && headSent && why != null) {
            endWithHeaders(ReadOnlyHttp2Headers.trailers(false,
                    GRPC_STATUS, AsciiString.of(Integer.toString(why.grpcStatus())),
                    GRPC_MESSAGE, AsciiString.of(why.title().replace("%", "%25"))));
        } else {
            boolean clients = why == null || why.source() == FaultSource.DOWNSTREAM;
            connection.reset(this, clients ? Http2Error.CANCEL : Http2Error.INTERNAL_ERROR);
        }
        connection.flushSoon();
    }

    // ------------------------------------------------------------------ the connection's questions

    /** Whether everything was sent, and the client goes on with a request that nobody reads. */
    boolean isOverButForTheClient() {
        return exchange == null && outputEnded && !inputEnded && !gone;
    }

    /** Whether the client has sent all of its request. */
    boolean isInputEnded() {
        return inputEnded;
    }
}
