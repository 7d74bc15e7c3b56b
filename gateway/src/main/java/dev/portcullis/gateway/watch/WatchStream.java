package dev.portcullis.gateway.watch;

import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.Heartbeat;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One stream to the origin: what was asked on it, and what waits to be said or to take effect. The
 * callbacks of gRPC only hop to the control thread; everything else runs there.
 */
final class WatchStream implements ClientResponseObserver<WatchRequest, WatchResponse> {
    /** A grant that takes effect once the batch with this ticket has passed every loop. */
    private record PendingGrant(long ticket, Lease.Term term) {}

    private static final int GRANTS_MAX = LeaseRequests.MAX;
    private static final long NOTHING_OWED = -1;
    private static final String NO_WELCOME = "no welcome came first";
    /** What this gateway speaks: an origin that greets, and knows processes apart. */
    private static final int PROTOCOL = 2;

    private final Watch watch;
    private final Lease lease;
    private final LeaseRequests requests = new LeaseRequests();
    private final Deque<PendingGrant> grants = new ArrayDeque<>();
    private ClientCallStreamObserver<WatchRequest> call;
    private long owedAck = NOTHING_OWED;
    private boolean caughtUp;
    private boolean welcomed;
    private long lastGrantMillis;
    private long longestGrantMillis = 1;
    /** Whether the origin has said anything of revisions. */
    private boolean told;
    /** Whether the origin has said that it sent all. */
    private boolean toldAll;

    WatchStream(Watch watch, Lease lease) {
        this.watch = watch;
        this.lease = lease;
    }

    void open(Channel origin, Watch.Self self, long lastRevision, long lastMark) {
        OriginServiceGrpc.newStub(origin).watch(this);
        Hello hello = Hello.newBuilder()
                .setGatewayId(self.id())
                .setInstance(self.instance())
                .setVersion(self.version())
                .setProtocol(PROTOCOL)
                .setLastRevision(lastRevision)
                .setLastMark(lastMark)
                .setSequence(requests.sent(lease.now()))
                .build();
        call.onNext(WatchRequest.newBuilder().setHello(hello).build());
    }

    /**
     * Acknowledges a revision, as soon as the transport takes it; the newest replaces older ones.
     */
    void acknowledge(long revision) {
        owedAck = revision;
        sayWhatIsOwed();
    }

    /** Asks for a lease, unless the transport is choked: what piles up would arrive too late. */
    void heartbeat() {
        if (call.isReady()) {
            Heartbeat heartbeat = Heartbeat.newBuilder()
                    .setSequence(requests.sent(lease.now()))
                    .build();
            call.onNext(WatchRequest.newBuilder().setHeartbeat(heartbeat).build());
        }
    }

    void sayWhatIsOwed() {
        if (owedAck != NOTHING_OWED && call.isReady()) {
            Ack ack = Ack.newBuilder()
                    .setRevision(owedAck)
                    .setSequence(requests.sent(lease.now()))
                    .build();
            owedAck = NOTHING_OWED;
            call.onNext(WatchRequest.newBuilder().setAck(ack).build());
        }
    }

    /**
     * Whether a message may come now; else somebody replays, or it is not an origin.
     *
     * @throws StreamException when it may not
     */
    void checkPlace(WatchResponse message) {
        switch (message.getMessageCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case RESET -> {
                require(welcomed, NO_WELCOME);
                // with what is forgotten go the floors that keep old records of L2 out: only who
                // is told everything behind it once more may forget
                require(!told, "a reset behind what it has told");
                told = true;
            }
            case CHANGES -> {
                require(welcomed, NO_WELCOME);
                told = true;
            }
            case CAUGHT_UP -> {
                require(welcomed, NO_WELCOME);
                require(!toldAll, "it has caught up twice");
                told = true;
                toldAll = true;
            }
            case MESSAGE_NOT_SET -> throw new StreamException("a message of an unknown kind");
            default -> require(welcomed, NO_WELCOME);
        }
    }

    private void welcome(Welcome welcome) {
        require(!welcomed, "a second welcome");
        if (welcome.getProtocol() < PROTOCOL) {
            throw StreamException.protocol("the origin speaks protocol " + welcome.getProtocol()
                    + ", this gateway " + PROTOCOL + "; bring both to one version");
        }
        welcomed = true;
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new StreamException(problem);
        }
    }

    /**
     * Keeps a grant until everything that the origin sent before it has passed every loop. Without
     * that, a gateway which cannot apply a change would go on renewing its lease, and never stop
     * accepting what was revoked.
     *
     * @param ticket of the newest batch there is
     * @throws StreamException for one that was not asked for, or came before
     */
    void granted(LeaseGrant grant, long ticket) {
        require(requests.mayBeAnswered(grant.getSequence()), "a lease that was not asked for");
        Lease.Moment asked = requests.answered(grant.getSequence());
        lastGrantMillis = grant.getDurationMs();
        longestGrantMillis = Math.max(longestGrantMillis, lastGrantMillis);
        if (asked != null && grant.getDurationMs() > 0 && grants.size() < GRANTS_MAX) {
            grants.addLast(new PendingGrant(ticket, Lease.term(asked, grant.getDurationMs())));
        }
    }

    void caughtUp() {
        caughtUp = true;
    }

    /** Whether the origin answers, but gives no lease, or ever shorter ones. */
    boolean isDenied() {
        return lastGrantMillis <= longestGrantMillis / 2;
    }

    boolean isCaughtUp() {
        return caughtUp;
    }

    /**
     * Lets grants take effect. Never before the stream has caught up: what was missed comes first.
     */
    void renewLease(long completedTicket) {
        while (caughtUp && !grants.isEmpty() && grants.getFirst().ticket() <= completedTicket) {
            lease.renew(grants.removeFirst().term());
        }
    }

    /** How long the oldest unanswered question has waited, in nanoseconds. */
    long silenceNanos() {
        return requests.oldestWaitNanos(lease.now().nanos());
    }

    /**
     * Lets the next message come: only now, so that the origin cannot outrun the control thread.
     */
    void more() {
        call.request(1);
    }

    /** Says that this gateway has stopped for good. */
    void halfClose() {
        call.onCompleted();
    }

    void cancel(String why) {
        if (call != null) {
            call.cancel(why, null);
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> started) {
        call = started;
        started.disableAutoRequestWithInitial(1);
        started.setOnReadyHandler(() -> watch.control(() -> watch.ready(this)));
    }

    @Override
    public void onNext(WatchResponse message) {
        watch.control(() -> watch.received(this, message));
    }

    @Override
    public void onError(Throwable cause) {
        watch.control(() -> watch.ended(this, cause));
    }

    @Override
    public void onCompleted() {
        watch.control(() -> watch.ended(this, null));
    }
}
