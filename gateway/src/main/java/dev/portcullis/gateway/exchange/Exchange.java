package dev.portcullis.gateway.exchange;

import dev.portcullis.core.access.Permit;
import dev.portcullis.core.access.Source;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.FaultSource;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.route.HeaderEdits;
import dev.portcullis.gateway.route.RouteConfig.Timeouts;
import dev.portcullis.gateway.trace.ExchangeTrace;
import dev.portcullis.gateway.upstream.Address;
import dev.portcullis.gateway.upstream.Retries;
import dev.portcullis.gateway.upstream.UpstreamConnection;
import dev.portcullis.gateway.upstream.UpstreamConnection.Reached;
import dev.portcullis.gateway.upstream.UpstreamListener;
import dev.portcullis.gateway.verdict.Verdict;
import dev.portcullis.gateway.watch.Changed;
import io.netty.buffer.ByteBuf;
import java.time.Duration;

/**
 * One request and its response: what is known of it, and the relay between its two sides. The
 * client side calls the {@code request...} methods, the upstream side those of {@link
 * UpstreamListener}.
 *
 * <p>Not thread-safe: everything happens on one event loop. It ends exactly once, in {@link #end}.
 */
public final class Exchange implements UpstreamListener {
    private final RequestFlow flow;
    private final Downstream downstream;
    private final RequestHead head;
    private final Routing routing;
    /** Whether only the verdict on another request is wanted. */
    private boolean asks;
    /** That other request; null before it is known, and where none is asked about. */
    private RequestHead question;
    private Caller caller;
    private Verdict verdict = new Verdict();

    private ExchangePhase phase = ExchangePhase.HEAD;
    private byte[] requestId;
    private long beganNanos;
    private long beganMillis;
    private Address address;
    private UpstreamConnection connection;
    private boolean reusedConnection;
    private Retries retries;
    private boolean admitted;
    private boolean requestSent;
    private boolean responseBegun;
    private boolean counted;
    private byte[] rateFields;
    private int retryAfterSeconds = 1;
    private boolean over;
    private boolean failed;
    /** Null unless it has become one. */
    private Tunnel tunnel;
    private int status;
    private Refusal refusal;
    private String code;
    private long bodyBytesIn;
    private boolean progressed;
    private int verifications;
    private boolean forwardHeld;
    private ExchangeTrace trace;
    private boolean wasLeased;
    private int timesSentAgain;
    private boolean paused;
    private long verdictNanos = -1;
    private long leasedNanos;
    private long upstreamNanos = -1;

    public Exchange(RequestFlow flow, Downstream downstream, RequestHead head) {
        this.flow = flow;
        this.downstream = downstream;
        this.head = head;
        this.routing = flow.routing();
        this.caller = downstream.caller();
    }

    /** The exchange in which a verdict on another request is asked for, and nothing is forwarded. */
    public static Exchange asking(RequestFlow flow, Downstream downstream, RequestHead question) {
        Exchange exchange = new Exchange(flow, downstream, question);
        exchange.asks = true;
        exchange.question = question;
        return exchange;
    }

    // ------------------------------------------------------------------ the client's side

    /** The head is there. */
    public void begin() {
        flow.begin(this);
    }

    /** There is no head to go on with. */
    public void refuseAtOnce(Refusal why) {
        flow.refuseHead(this, why);
    }

    /** A piece of the request's body; owned from now on. */
    public void requestBody(ByteBuf piece) {
        progressed = true;
        bodyBytesIn += piece.readableBytes();
        if (tunnel == null && isTooMuch(bodyBytesIn)) {
            piece.release();
            requestBroke(Refusal.BODY_TOO_LARGE);
            return;
        }
        connection.sendBody(piece);
        if (!connection.isWritable()) {
            connection.flush();
            downstream.acceptBody(connection.isWritable());
        }
    }

    private boolean isTooMuch(long bodyBytes) {
        long max = verdict.route().config().limits().bodyBytesMax();
        return max > 0 && bodyBytes > max;
    }

    /** Whether its head says that the body is larger than the application takes. */
    boolean announcesTooMuch() {
        return isTooMuch(head.contentLength());
    }

    /** The request is complete, with these trailers or none (null). */
    public void requestEnded(Trailers trailers) {
        progressed = true;
        requestSent = true;
        if (connection != null) {
            connection.sendEnd(trailers);
            if (tunnel != null && tunnel.hasUpstreamEnded()) {
                tunnelEnded();
            }
        }
    }

    /** The client went away, or what it sends cannot be believed any more, or takes too long. */
    public void requestBroke(Refusal why) {
        if (over) {
            return;
        }
        if (tunnel != null && tunnel.hasUpstreamEnded()) {
            // all it was sent has reached it
            tunnelEnded();
            return;
        }
        dropConnection();
        if (responseBegun || why == null) {
            code = why == null ? "client_closed" : why.code();
            end();
            downstream.abort(why);
        } else {
            flow.refuse(this, why);
        }
    }

    /**
     * The gateway itself failed on it. The client is told so, or sees its response break off.
     *
     * @return false when it had failed before: nothing more can be done for it
     */
    public boolean failed() {
        if (over || failed) {
            return false;
        }
        failed = true;
        requestBroke(Refusal.INTERNAL_ERROR);
        downstream.flush();
        return true;
    }

    /** The client can take more of the response. */
    public void downstreamWritable() {
        progressed = true;
        if (connection != null && verifications == 0) {
            connection.read(true);
        }
    }

    /** Sends what was gathered for the upstream. */
    public void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    /** Whether anything has moved since the last call. */
    public boolean progressed() {
        boolean moved = progressed;
        progressed = false;
        return moved;
    }

    /** Whether it was permitted by a record that has changed. */
    public boolean hangsOn(Changed changed) {
        if (!isPersonal()) {
            return false;
        }
        Permit permit = verdict.permit();
        String userId = permit.principal().userId();
        // an exchanged token dies with its key
        TokenPrefix key = verdict.found().credential().parent();
        return changed.touches(permit.credential(), userId)
                || key != null && changed.touches(key, userId);
    }

    /** Whether what it was permitted by, credential or key, has expired or was replaced since. */
    public boolean hasExpired(long nowMillis) {
        return verifications == 0 && isPersonal()
                && nowMillis >= verdict.found().goodUntilMillis();
    }

    /** Whether it was permitted to somebody, by records that may change. */
    private boolean isPersonal() {
        return verdict.permit() != null && !verdict.permit().isAnonymous();
    }

    /**
     * Makes the verdict once more; an exchange that does not pass it is cut. Until it is made,
     * nothing is forwarded that was not already: the bodies of both directions stand still.
     */
    public void verifyAnew() {
        verifications++;
        if (connection != null) {
            connection.read(false);
            if (!requestSent) {
                downstream.acceptBody(false);
            }
        }
        flow.verifyAnew(this);
    }

    void verifiedAnew(Verdict again) {
        verifications--;
        if (over) {
            return;
        }
        if (again.permit() == null) {
            cut(again.refusal());
            return;
        }
        verdict = again;
        if (verifications > 0 || connection == null) {
            return;
        }
        connection.read(downstream.isWritable());
        if (forwardHeld) {
            forward();
        } else if (!requestSent) {
            downstream.acceptBody(connection.isWritable());
        }
    }

    /** It is not permitted any more. */
    private void cut(Refusal why) {
        dropConnection();
        if (responseBegun) {
            ByteBuf closing = tunnel == null ? null : tunnel.closeFrame(why);
            if (closing != null) {
                downstream.sendBody(closing);
            }
            refusal = why;
            code = why.code();
            end();
            downstream.abort(why);
        } else {
            flow.refuse(this, why);
            downstream.flush();
        }
    }

    /** What the application's route changes in responses; null for nothing. */
    public HeaderEdits responseEdits() {
        return verdict.route().response();
    }

    /** How long nothing may move now; {@code usual} is what holds where the route says nothing. */
    public Duration patience(Duration usual) {
        if (verdict.route() == null) {
            return usual;
        }
        Timeouts timeouts = verdict.route().config().timeouts();
        if (awaitsResponse()) {
            return timeouts.response();
        }
        return timeouts.body().isZero() ? usual : timeouts.body();
    }

    /** Whether only the application's response is waited for. */
    private boolean awaitsResponse() {
        return requestSent && !responseBegun;
    }

    /** Nothing has moved for too long: whoever was to act is to blame. */
    public void timedOut() {
        if (tunnel != null) {
            dropConnection();
            code = "tunnel_idle";
            end();
            downstream.abort(null);
            return;
        }
        boolean stuckUpstream = connection != null && !connection.isWritable();
        boolean stalled = responseBegun && requestSent && downstream.isWritable();
        if (awaitsResponse() || phase == ExchangePhase.LEASE || stuckUpstream || stalled) {
            upstreamFailed(Refusal.UPSTREAM_TIMEOUT);
        } else if (responseBegun) {
            requestBroke(null);
        } else {
            requestBroke(Refusal.REQUEST_TIMEOUT);
        }
    }

    // ------------------------------------------------------------------ the upstream's side

    @Override
    public void leasing(Address chosen) {
        address = chosen;
    }

    @Override
    public boolean isRepeatable() {
        return !head.hasBody()
                && (head.methodIs("GET") || head.methodIs("HEAD") || head.methodIs("OPTIONS"));
    }

    @Override
    public void leased(UpstreamConnection leased) {
        if (over) {
            leased.discard();
            return;
        }
        connection = leased;
        reusedConnection = leased.isReused();
        progressed = true;
        enter(ExchangePhase.REQUEST);
        leasedNanos = flow.leasedAt(this);
        wasLeased = true;
        if (!reusedConnection && verifications == 0 && isPersonal() && !flow.vouched()) {
            // opening it took a while, in which the lease has lapsed: the verdict is not made
            // of anything that may be believed now
            verifyAnew();
        }
        if (over) {
            return;
        }
        if (verifications > 0) {
            forwardHeld = true;
        } else {
            forward();
        }
    }

    private void forward() {
        forwardHeld = false;
        flow.forward(this, connection);
        if (requestSent) {
            connection.sendEnd(null);
            connection.flush();
        } else {
            downstream.acceptBody(true);
        }
    }

    @Override
    public void leaseFailed(Refusal why) {
        if (over) {
            return;
        }
        if (why == Refusal.UPSTREAM_SATURATED || !sentAgain(Reached.UNSENT)) {
            flow.refuse(this, why);
            downstream.flush();
        }
    }

    @Override
    public void interimResponse(ResponseHead interim) {
        progressed = true;
        if (head.minorVersion() == 1) {
            downstream.sendInterim(interim);
            connection.read(verifications == 0 && downstream.isWritable());
        }
    }

    @Override
    public void responseBegan(ResponseHead response, ResponseBody body) {
        progressed = true;
        status = response.status();
        address.answered(status);
        upstreamNanos = flow.upstreamClock() - leasedNanos;
        enter(ExchangePhase.RESPONSE);
        responseBegun = true;
        if (retries != null) {
            retries.end();
        }
        if (rateFields != null) {
            response.add(rateFields);
        }
        downstream.sendHead(response, body);
        if (body == ResponseBody.TUNNEL) {
            tunnel = new Tunnel();
            // the handshake was all of the request; what comes from now on is the tunnel's
            requestSent = false;
            downstream.flush();
            if (verifications == 0) {
                downstream.acceptBody(true);
            }
        }
    }

    @Override
    public void responseBody(ByteBuf piece) {
        progressed = true;
        if (tunnel != null) {
            tunnel.passed(piece);
        }
        downstream.sendBody(piece);
        if (!downstream.isWritable()) {
            downstream.flush();
            connection.read(verifications == 0 && downstream.isWritable());
        }
    }

    @Override
    public void responseEnded(Trailers trailers) {
        downstream.sendEnd(trailers);
        if (tunnel != null) {
            tunnel.upstreamEnded();
            if (requestSent) {
                tunnelEnded();
            }
            return;
        }
        enter(ExchangePhase.FINISHED);
        if (requestSent) {
            UpstreamConnection finished = connection;
            connection = null;
            finished.release();
        } else {
            // an answer before the whole request: the rest of it is not wanted any more
            dropConnection();
        }
        end();
        downstream.exchangeEnded();
    }

    /** Both ends have closed their side. */
    private void tunnelEnded() {
        enter(ExchangePhase.FINISHED);
        dropConnection();
        end();
        downstream.exchangeEnded();
    }

    @Override
    public void responsePaused() {
        paused = true;
        downstream.flush();
    }

    @Override
    public void upstreamWritable() {
        progressed = true;
        if (!requestSent && verifications == 0) {
            downstream.acceptBody(true);
        }
    }

    @Override
    public void upstreamFailed(Refusal why) {
        if (over) {
            return;
        }
        if (tunnel != null && tunnel.hasUpstreamEnded()) {
            // it had said all it had to say, and wants to hear no more
            tunnelEnded();
            return;
        }
        Reached reached = connection == null ? Reached.SENT : connection.reached();
        if (reached == Reached.SENT && connection != null && !responseBegun
                && why.source() == FaultSource.UPSTREAM) {
            address.failed();
        }
        dropConnection();
        if (responseBegun) {
            // the client has seen a part: it must see that this is not the whole
            code = why.code();
            end();
            downstream.abort(why);
        } else if (!sentAgain(reached)) {
            flow.refuse(this, why);
            downstream.flush();
        }
    }

    /** Sends the request once more, where that does no harm. */
    private boolean sentAgain(Reached reached) {
        if (retries == null) {
            retries = flow.retries(this);
        }
        boolean whole = !head.hasBody() || bodyBytesIn == 0 && !requestSent;
        if (!retries.permit(reached, address, isRepeatable(), whole)) {
            return false;
        }
        if (!requestSent) {
            downstream.acceptBody(false); // until there is somewhere to send it
        }
        timesSentAgain++;
        flow.leaseAgain(this, retries);
        return true;
    }

    // ------------------------------------------------------------------ both

    void enter(ExchangePhase next) {
        phase = next;
    }

    void refused(Refusal why, int statusSent) {
        refusal = why;
        code = why.code();
        status = statusSent;
        dropConnection();
        end();
        downstream.exchangeEnded();
    }

    /** The verdict that was asked for is told. */
    void answered(int statusSent) {
        status = statusSent;
        enter(ExchangePhase.FINISHED);
        end();
        downstream.exchangeEnded();
    }

    private void dropConnection() {
        if (connection != null) {
            UpstreamConnection dropped = connection;
            connection = null;
            forwardHeld = false;
            dropped.discard();
        }
    }

    private void end() {
        over = true;
        if (retries != null) {
            retries.end();
        }
        flow.finish(this);
    }

    // ------------------------------------------------------------------ what is known of it

    void requestId(byte[] id) {
        requestId = id;
    }

    void began(long nanos, long millis) {
        beganNanos = nanos;
        beganMillis = millis;
    }

    void counted(boolean on) {
        counted = on;
    }

    /** Whether it counts among those that the gateway may have in progress. */
    boolean isCounted() {
        return counted;
    }

    void rateFields(byte[] fields) {
        rateFields = fields;
    }

    /** What its client is told of its rate, whatever the answer is; null: nothing. */
    byte[] rateFields() {
        return rateFields;
    }

    void retryAfterSeconds(int seconds) {
        retryAfterSeconds = seconds;
    }

    /** When the same request may be worth sending again, where a refusal says that it may. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    void judged(long nanos) {
        verdictNanos = nanos;
    }

    /** Whether it has ended. */
    public boolean isOver() {
        return over;
    }

    /** The verdict on it, as far as there is one. */
    public Verdict verdict() {
        return verdict;
    }

    /** The routes in force when it began. */
    Routing routing() {
        return routing;
    }

    /** Who sent it, as far as its connection and the head tell. */
    Caller caller() {
        return caller;
    }

    void caller(Caller told) {
        caller = told;
    }

    /** Where it comes from. */
    Source source() {
        return caller.source();
    }

    /** Only the verdict on another request is wanted, which is yet to be told. */
    void asks() {
        asks = true;
    }

    /** The verdict on that request is wanted. */
    void ask(RequestHead about) {
        question = about;
    }

    /** Whether only a verdict is wanted. */
    boolean asksOnly() {
        return asks;
    }

    /**
     * Whether the gateway's own reply is one of gRPC, whose HTTP status is always 200. Who asks for
     * a verdict is told by the status: for them it never is.
     */
    boolean repliesAsGrpc() {
        return head.grpc() && !asks;
    }

    /** The request under judgement. */
    RequestHead judged() {
        return question == null ? head : question;
    }

    RequestHead head() {
        return head;
    }

    Downstream downstream() {
        return downstream;
    }

    byte[] requestId() {
        return requestId;
    }

    long beganNanos() {
        return beganNanos;
    }

    long beganMillis() {
        return beganMillis;
    }

    ExchangePhase phase() {
        return phase;
    }

    void admitted() {
        admitted = true;
    }

    /** Whether it takes one of the places that its application has. */
    boolean isAdmitted() {
        return admitted;
    }

    /** Where it was sent, or was to be sent; null when it did not come that far. */
    Address address() {
        return address;
    }

    /** From the head to the verdict; -1 when nobody asked for it, or there was none. */
    long verdictNanos() {
        return verdictNanos;
    }

    void trace(ExchangeTrace part) {
        trace = part;
    }

    /** Its part of a trace; null when there is no tracing. */
    ExchangeTrace trace() {
        return trace;
    }

    /** Whether it has had an upstream connection. */
    boolean wasLeased() {
        return wasLeased;
    }

    /** When it got its last upstream connection, on the monotonic clock. */
    long leasedNanos() {
        return leasedNanos;
    }

    /** Whether the whole response came with its head: then both came at one time. */
    boolean endedAtOnce() {
        return phase == ExchangePhase.FINISHED && !paused;
    }

    /** How often the request was sent once more. */
    int retries() {
        return timesSentAgain;
    }

    /** From the lease of the upstream connection to its response head; -1 when there was none. */
    long upstreamNanos() {
        return upstreamNanos;
    }

    boolean reusedConnection() {
        return reusedConnection;
    }

    int status() {
        return status;
    }

    Refusal refusal() {
        return refusal;
    }

    String code() {
        return code;
    }

    long bodyBytesIn() {
        return bodyBytesIn;
    }

    long bytesOut() {
        return downstream.octetsSent();
    }
}
