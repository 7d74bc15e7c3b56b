package dev.portcullis.gateway.exchange;

import dev.portcullis.core.access.Permit;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.http1.Protocol;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.FaultSource;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.route.HeaderEdits;
import dev.portcullis.gateway.route.RouteConfig.Timeouts;
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
public final class Exchange extends ExchangeFacts implements UpstreamListener {
    private final RequestFlow flow;

    private UpstreamConnection connection;
    private Retries retries;
    private boolean requestSent;
    private boolean responseBegun;
    private boolean failed;
    /** Null unless it has become one. */
    private Tunnel tunnel;
    private boolean progressed;
    private int verifications;
    private boolean forwardHeld;
    /** Within the very call that asks for a connection: no time has passed since the verdict. */
    private boolean leasesAtOnce;

    public Exchange(RequestFlow flow, Downstream downstream, RequestHead head) {
        super(flow.routing(), downstream, head);
        this.flow = flow;
    }

    /** An exchange in which a verdict on a request is asked for, and nothing is forwarded. */
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
            if (tunnel != null) {
                // nothing may come behind it by which it would be sent as well
                connection.flush();
                if (!over && tunnel.hasUpstreamEnded()) {
                    tunnelEnded();
                }
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
            breakOff(why);
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

    /** Enforces its deadline, and the end of what it was permitted by; about twice a second. */
    public void tick(long nowNanos, long nowMillis) {
        if (isOverdue(nowNanos)) {
            cut(Refusal.EXCHANGE_TIMEOUT);
        } else if (hasExpired(nowMillis)) {
            verifyAnew();
        }
    }

    /** Whether it has taken longer than the application, or its gRPC caller, allows. */
    private boolean isOverdue(long nowNanos) {
        if (verdict.permit() == null) {
            return false;
        }
        long allowed = verdict.route().config().timeouts().exchange().toNanos();
        long taken = nowNanos - beganNanos;
        return allowed > 0 && taken >= allowed || taken >= head.grpcTimeoutNanos();
    }

    /** Whether what it was permitted by, credential or key, has expired or was replaced since. */
    private boolean hasExpired(long nowMillis) {
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

    void leasesAtOnce(boolean does) {
        leasesAtOnce = does;
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

    /** It is not permitted any more, or takes too long. */
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
            breakOff(why);
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
        if (!leasesAtOnce && verifications == 0 && isPersonal() && !flow.vouched()) {
            // it was waited for, and the lease has lapsed meanwhile: the verdict is not made of
            // anything that may be believed now
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
            breakOff(why);
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

    /**
     * The client has seen a part of the response: it must see that this is not the whole. A gRPC
     * caller is told why.
     */
    private void breakOff(Refusal why) {
        boolean grpc = why != null && responseBegun && tunnel == null
                && head.grpc() && head.protocol() == Protocol.HTTP_2;
        if (grpc) {
            downstream.sendEnd(flow.trailers(this, why));
        }
        downstream.abort(why);
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
}
