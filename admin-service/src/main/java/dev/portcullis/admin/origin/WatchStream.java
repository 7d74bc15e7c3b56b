package dev.portcullis.admin.origin;

import dev.portcullis.admin.change.Arrival;
import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.change.LeaseTable;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.origin.OriginStats.Refusal;
import dev.portcullis.admin.store.Change;
import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.CaughtUp;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.Reset;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway's stream.
 *
 * <p>What comes in is handled on the thread that brings it (one at a time, gRPC's promise), except
 * that a Hello is answered on a worker, since it reads the database. What goes out is sent by the
 * feed's thread alone, when the transport has room: changes from the feed by a cursor, and the
 * latest lease. So a gateway that does not read holds up nobody and costs no memory; when the feed
 * no longer has what it needs its stream is closed, and it begins anew.
 */
final class WatchStream implements StreamObserver<WatchRequest>, ChangeFeed.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);
    static final String BAD_GATEWAY_ID = "gateway_id: must be 1 to 64 of [A-Za-z0-9._-]";
    static final Pattern GATEWAY_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SOFTWARE = Pattern.compile("[!-~]{0,64}");
    /** What this origin speaks; a Welcome and the gateway's instance came with it. */
    private static final int PROTOCOL = 2;
    private static final int KEYS_PER_MESSAGE = 2_000;

    private final OriginWiring wiring;
    private final OriginService.Side side;
    /** Null where nobody was asked. */
    private final RemoteGateway remote;
    private final OriginStats stats;
    private final ServerCallStreamObserver<WatchResponse> replies;
    private final AtomicBoolean flushing = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<PendingLease> lease = new AtomicReference<>();
    private final AtomicReference<Gatekeeper.Held> held = new AtomicReference<>();

    /** Used by the thread that brings messages alone. */
    private boolean greeted;
    /** Likewise: of the message before. */
    private long lastSequence;
    private volatile String gatewayId = "?";
    /** Null until the Hello has been answered. */
    private volatile LeaseTable.Attachment attachment;
    /** Written by the feed's thread: everything up to this revision is sent. */
    private volatile long sent;
    /** Changes up to this revision do not end the gateway's enrolment. */
    private volatile long judgedUpTo;
    /** Used by the feed's thread alone: whether the gateway has been told that it has caught up. */
    private boolean live;

    WatchStream(
            OriginWiring wiring,
            OriginService.Side side,
            RemoteGateway remote,
            ServerCallStreamObserver<WatchResponse> replies) {
        this.wiring = wiring;
        this.side = side;
        this.stats = side.stats();
        this.remote = remote;
        this.replies = replies;
        replies.setOnCancelHandler(this::lost);
        replies.setOnReadyHandler(this::flushSoon);
        stats.streams.incrementAndGet();
    }

    /** Lets go of the gateway's standing when the stream ends. */
    void hangsOn(Gatekeeper.Held standing) {
        held.set(standing);
        if (ended.get()) {
            standing.release();
        }
    }

    /** The gateway is one no longer, or whether it is cannot be known. Any thread. */
    void shutOut(ServiceException reason) {
        // several may find out at once
        if (!fail(OriginErrors.of(reason))) {
            return;
        }
        LOG.warn("gateway {} ({}) is shut out: {}", gatewayId, from(), reason.getMessage());
        if (reason.code() == Code.UNAUTHENTICATED) {
            stats.count(Refusal.CREDENTIAL_ENDED);
        } else if (reason.code() == Code.PERMISSION_DENIED) {
            stats.count(Refusal.NOT_ALLOWED);
        }
    }

    // ------------------------------------------------------------------------------ coming in

    @Override
    public void onNext(WatchRequest request) {
        if (ended.get() || shutOutIfExpired()) {
            return;
        }
        if (request.getMessageCase() != WatchRequest.MessageCase.MESSAGE_NOT_SET) {
            long sequence = sequenceOf(request);
            if (sequence <= lastSequence) {
                // a lease for what was said before would begin later than the gateway believes
                refuse("sequence: " + sequence + " comes after " + lastSequence
                        + ", out of order or said before");
                return;
            }
            lastSequence = sequence;
        }
        switch (request.getMessageCase()) {
            case HELLO -> hello(request.getHello());
            case ACK -> ack(request.getAck());
            case HEARTBEAT -> {
                LeaseTable.Attachment attached = attachment;
                if (attached != null) {
                    grant(request.getHeartbeat().getSequence(), attached.request());
                }
            }
            case MESSAGE_NOT_SET -> refuse("message: is required");
        }
    }

    private static long sequenceOf(WatchRequest request) {
        return switch (request.getMessageCase()) {
            case HELLO -> request.getHello().getSequence();
            case ACK -> request.getAck().getSequence();
            default -> request.getHeartbeat().getSequence();
        };
    }

    /** No change tells of it. Answers whether it was so. */
    private boolean shutOutIfExpired() {
        if (remote == null || !remote.enrolled().expiredAt(wiring.clock().millis())) {
            return false;
        }
        shutOut(new ServiceException(
                Code.UNAUTHENTICATED, "the enrolment's credential has expired"));
        return true;
    }

    private void hello(Hello hello) {
        if (greeted) {
            refuse("hello: comes once, and first");
        } else if (hello.getProtocol() < PROTOCOL) {
            stats.count(Refusal.PROTOCOL_UNKNOWN);
            LOG.warn("a gateway ({}) is refused: its version '{}' speaks protocol {}, and this"
                    + " origin {}; update it", from(), printable(hello.getVersion()),
                    hello.getProtocol(), PROTOCOL);
            fail(Status.FAILED_PRECONDITION.withDescription("this origin speaks protocol "
                    + PROTOCOL + ", the gateway " + hello.getProtocol()
                    + "; bring the gateway to the version of the admin-service")
                    .asRuntimeException());
        } else if (!GATEWAY_ID.matcher(hello.getGatewayId()).matches()) {
            refuse(BAD_GATEWAY_ID);
        } else if (!GATEWAY_ID.matcher(hello.getInstance()).matches()) {
            refuse("instance: must be 1 to 64 of [A-Za-z0-9._-]");
        } else if (!SOFTWARE.matcher(hello.getVersion()).matches()) {
            refuse("version: must be up to 64 visible ASCII characters");
        } else if (hello.getLastRevision() < 0) {
            refuse("last_revision: must not be negative");
        } else {
            greeted = true;
            gatewayId = hello.getGatewayId();
            welcomeSoon(hello);
        }
    }

    /** A message that may not come there: the stream ends, and both sides say why. */
    private void refuse(String problem) {
        stats.count(Refusal.MESSAGE_INVALID);
        LOG.warn("the stream of gateway {} ({}) is ended: {}", gatewayId, from(), problem);
        fail(OriginErrors.invalid(problem));
    }

    private String from() {
        return remote == null ? "in this process"
                : remote.enrolled().name() + ", " + remote.source();
    }

    private static String printable(String version) {
        return SOFTWARE.matcher(version).matches() ? version : "?";
    }

    private void ack(Ack ack) {
        LeaseTable.Attachment attached = attachment;
        if (attached == null || ack.getRevision() > sent) {
            // whoever confirms what it was not told confirms nothing
            refuse("revision: was not sent yet");
            return;
        }
        grant(ack.getSequence(), attached.applied(ack.getRevision()));
    }

    /**
     * A lease that is still to be sent.
     *
     * @param behind everything up to this revision has to be sent before it
     */
    private record PendingLease(LeaseGrant grant, long behind) {}

    /**
     * A later lease takes the place of one that was not sent yet. One of no length is sent as well:
     * it tells the gateway that the origin is there.
     */
    private void grant(long sequence, long millis) {
        LeaseGrant message = LeaseGrant.newBuilder()
                .setSequence(sequence)
                .setDurationMs(millis)
                .build();
        // read after the request has come: it covers whatever was committed before that
        lease.set(new PendingLease(message, wiring.leases().latestRevision()));
        flushSoon();
    }

    @Override
    public void onError(Throwable error) {
        lost();
    }

    /** Nobody has ended the stream in order: the gateway's lease runs on. */
    private void lost() {
        if (end() && remote != null && attachment != null) {
            LOG.info("gateway {} ({}) is away: its connection has ended, or it gave up the stream",
                    gatewayId, from());
        }
    }

    @Override
    public void onCompleted() {
        LeaseTable.Attachment attached = attachment;
        if (attached != null) {
            // only a gateway that has stopped answering from its caches half-closes its stream
            attached.release();
        }
        if (end()) {
            if (remote != null) {
                LOG.info("gateway {} ({}) has stopped", gatewayId, from());
            }
            onFeedThread(replies::onCompleted);
        }
    }

    // ------------------------------------------------------------------------ the Hello's answer

    /** Not beyond a bound: questions of gateways that are there already need the workers too. */
    private void welcomeSoon(Hello hello) {
        if (!side.welcomes().tryAcquire()) {
            fail(OriginErrors.unavailable("too many gateways come at once"));
            return;
        }
        try {
            wiring.workers().execute(() -> {
                try {
                    welcome(hello);
                } finally {
                    side.welcomes().release();
                }
            });
        } catch (RejectedExecutionException e) {
            side.welcomes().release();
            fail(OriginErrors.unavailable("too many calls at once"));
        }
    }

    /** On a worker. */
    private void welcome(Hello hello) {
        if (ended.get()) {
            // whoever asked has gone
            return;
        }
        try {
            long last = CatchUp.resumable(
                    wiring.store(), hello.getLastRevision(), hello.getLastMark());
            Supplier<LeaseTable.Attachment> attach = () -> wiring.leases().attach(
                    arrival(hello, last), this::superseded);
            boolean marked = !side.inProcess() && wiring.mark() != null;
            attachment = marked ? wiring.mark().attach(attach) : attach.get();
            // Read after attaching: what is committed from then on is counted against the gateway,
            // and what was committed before is in the snapshot.
            CatchUp catchUp = CatchUp.read(wiring.store(), last, hello.getLastMark());
            if (remote != null) {
                // by what is committed as of what it is told: see judged
                wiring.enrollments().requireStanding(remote.enrolled(), remote.source());
            }
            Welcome greeting = greeting();
            onFeedThread(() -> join(greeting, catchUp, hello.getSequence()));
        } catch (ServiceException e) {
            if (e.code() == Code.ALREADY_EXISTS) {
                stats.count(Refusal.ID_TAKEN);
                LOG.warn("a second process ({}) that says it is gateway {} is refused: give each"
                        + " its own gateway_id, or none", from(), gatewayId);
            }
            if (remote != null
                    && (e.code() == Code.UNAUTHENTICATED || e.code() == Code.PERMISSION_DENIED)) {
                shutOut(e);
            }
            fail(OriginErrors.of(e));
        } catch (RuntimeException e) {
            fail(OriginErrors.of(e));
        }
        if (ended.get()) {
            // it ended while it was being attached
            detach();
        }
    }

    private Welcome greeting() {
        Welcome.Builder greeting = Welcome.newBuilder()
                .setProtocol(PROTOCOL)
                .setVersion(side.version())
                .setReplicaId(wiring.replicaId());
        CacheKey key = wiring.cacheKeys().current();
        if (key != null) {
            greeting.setCacheKey(key);
        }
        return greeting.build();
    }

    private Arrival arrival(Hello hello, long last) {
        return new Arrival(
                gatewayId, hello.getInstance(), last, !side.inProcess(),
                remote == null ? "" : remote.enrolled().name(), hello.getVersion(),
                remote == null ? "" : remote.source(), wiring.replicaId());
    }

    /** On the feed's thread. */
    private void join(Welcome greeting, CatchUp catchUp, long helloSequence) {
        if (ended.get()) {
            return;
        }
        send(sent, WatchResponse.newBuilder().setWelcome(greeting));
        if (catchUp.reset()) {
            send(catchUp.revision(), WatchResponse.newBuilder()
                    .setReset(Reset.newBuilder().setRevision(catchUp.resetTo())));
        }
        for (List<Change> part : catchUp.parts(KEYS_PER_MESSAGE)) {
            sendChanges(part);
        }
        send(catchUp.revision(), WatchResponse.newBuilder()
                .setCaughtUp(CaughtUp.newBuilder()
                        .setRevision(catchUp.revision()).setMark(catchUp.mark())));
        live = true;
        wiring.feed().add(this);
        if (remote == null) {
            LOG.debug("gateway {} watches from revision {}", gatewayId, catchUp.revision());
        } else {
            LOG.info("gateway {} ({}) watches from revision {}",
                    gatewayId, from(), catchUp.revision());
        }
        grant(helloSequence, attachment.request());
        flush();
    }

    private void superseded() {
        fail(OriginErrors.unavailable("another stream of this gateway has taken its place"));
    }

    // ------------------------------------------------------------------------------ going out

    @Override
    public void changed() {
        flush();
    }

    private void flushSoon() {
        if (flushing.compareAndSet(false, true)) {
            onFeedThread(this::flush);
        }
    }

    /** On the feed's thread: sends what there is, as far as the transport has room. */
    private void flush() {
        flushing.set(false);
        while (live && !ended.get() && replies.isReady()) {
            List<Change> changes = wiring.feed().after(sent, KEYS_PER_MESSAGE);
            if (changes == null) {
                LOG.warn("gateway {} has fallen behind; it has to resume", gatewayId);
                fail(OriginErrors.unavailable("the gateway has fallen behind"));
                return;
            }
            if (!changes.isEmpty()) {
                if (shutOutIfExpired() || !judged(changes)) {
                    return;
                }
                sendChanges(changes);
                continue;
            }
            // the feed may not have read yet what was committed before the lease was asked for
            PendingLease next = lease.get();
            if (next == null || next.behind > sent) {
                return;
            }
            if (lease.compareAndSet(next, null)) {
                send(sent, WatchResponse.newBuilder().setLease(next.grant));
            }
        }
    }

    /**
     * Whether these changes may be told to this gateway. One that ends its own enrolment may not:
     * once it had acknowledged that, the change would count as effective, while the gateway goes on
     * under its lease. So the gateway is judged first, and told when it still stands.
     */
    private boolean judged(List<Change> changes) {
        long upTo = changes.get(changes.size() - 1).revision();
        if (remote == null || judgedUpTo >= upTo
                || changes.stream().noneMatch(change -> remote.isConcernedBy(change.keys()))) {
            return true;
        }
        try {
            wiring.workers().execute(() -> {
                try {
                    wiring.enrollments().requireStanding(remote.enrolled(), remote.source());
                    judgedUpTo = upTo;
                    flushSoon();
                } catch (ServiceException e) {
                    shutOut(e);
                }
            });
        } catch (RejectedExecutionException e) {
            fail(OriginErrors.unavailable("too many calls at once"));
        }
        return false;
    }

    private void sendChanges(List<Change> changes) {
        send(changes.get(changes.size() - 1).revision(),
                WatchResponse.newBuilder().setChanges(OriginRecords.of(changes)));
    }

    private void send(long upTo, WatchResponse.Builder response) {
        // before sending: in one process the gateway may acknowledge while we are still in here
        sent = upTo;
        if (!replies.isCancelled()) {
            replies.onNext(response.build());
        }
    }

    // -------------------------------------------------------------------------------- the end

    /** Answers whether this call ended the stream. */
    private boolean fail(StatusRuntimeException status) {
        if (!end()) {
            return false;
        }
        onFeedThread(() -> {
            if (!replies.isCancelled()) {
                replies.onError(status);
            }
        });
        return true;
    }

    /** Answers whether this call ended the stream. */
    private boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        detach();
        stats.streams.decrementAndGet();
        Gatekeeper.Held standing = held.get();
        if (standing != null) {
            standing.release();
        }
        onFeedThread(() -> {
            live = false;
            wiring.feed().remove(this);
        });
        return true;
    }

    private void detach() {
        LeaseTable.Attachment attached = attachment;
        if (attached != null) {
            attached.detach();
        }
    }

    private void onFeedThread(Runnable task) {
        try {
            wiring.feed().thread().execute(task);
        } catch (RejectedExecutionException e) {
            // the process is ending, and the transport with it
            LOG.debug("the feed has ended", e);
        }
    }
}
