package dev.portcullis.gateway.lookup;

import com.google.protobuf.ByteString;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.CaughtUp;
import dev.portcullis.proto.origin.v1.Change;
import dev.portcullis.proto.origin.v1.Changes;
import dev.portcullis.proto.origin.v1.CredentialKind;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.ReportRefusalsRequest;
import dev.portcullis.proto.origin.v1.ReportRefusalsResponse;
import dev.portcullis.proto.origin.v1.ReportUsageRequest;
import dev.portcullis.proto.origin.v1.ReportUsageResponse;
import dev.portcullis.proto.origin.v1.Reset;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.Role;
import dev.portcullis.proto.origin.v1.UserKind;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An origin that does as a test says: a small database with revisions, resolves that can be held
 * back, refused or twisted, and watch streams under the test's hand.
 */
public final class ScriptedOrigin extends OriginServiceGrpc.OriginServiceImplBase {
    private final Map<String, CredentialRecord> credentials = new HashMap<>();
    private final Map<String, PrincipalRecord> principals = new HashMap<>();
    private final NavigableMap<Long, String[]> changes = new TreeMap<>();
    private long revision;
    private boolean anotherDatabase;

    /** Resolves that have come, answered or not. */
    public final AtomicInteger resolves = new AtomicInteger();

    /** Every stream that was ever opened, in order. */
    public final List<Stream> streams = new CopyOnWriteArrayList<>();

    /** Reports of use that were taken. */
    public final List<ReportUsageRequest> reports = new CopyOnWriteArrayList<>();

    /** Reports of refusals that were taken. */
    public final List<ReportRefusalsRequest> refusalReports = new CopyOnWriteArrayList<>();

    /** Answers that were read from the database and are held back. */
    public final List<Runnable> held = new CopyOnWriteArrayList<>();

    /** How an answer gets to the caller; holding it back is {@code held::add}. */
    public volatile Consumer<Runnable> delivery = Runnable::run;

    /** Changes each answer, so that it is malformed. */
    public volatile UnaryOperator<ResolveResponse> twist = UnaryOperator.identity();

    /** What every call is refused with, or null. */
    public volatile Status refusal;

    /** What reports are refused with, or null. */
    public volatile Status reportRefusal;

    /** Milliseconds granted for each message that asks for a lease; 0: no answer. */
    public volatile long leaseMillis = 30_000;

    /** The protocol that is said to be spoken. */
    public volatile int welcomedProtocol = 2;

    /** What a hello is told for the shared cache; null: nothing. */
    public volatile CacheKey cacheKey;

    /** Whether a hello is answered at once: what was missed, or Reset, and then CaughtUp. */
    public volatile boolean catchesUp = true;

    /** One watch stream, as this side sees it. */
    public static final class Stream {
        private final StreamObserver<WatchResponse> out;
        public final List<WatchRequest> received = new CopyOnWriteArrayList<>();
        public volatile boolean ended;
        /** Whether the gateway ended it in order. */
        public volatile boolean halfClosed;

        Stream(StreamObserver<WatchResponse> out) {
            this.out = out;
        }

        public synchronized void send(WatchResponse.Builder message) {
            if (!ended) {
                out.onNext(message.build());
            }
        }

        public void caughtUp(long upTo) {
            send(WatchResponse.newBuilder()
                    .setCaughtUp(CaughtUp.newBuilder().setRevision(upTo).setMark(1_000 + upTo)));
        }

        public void reset(long to) {
            send(WatchResponse.newBuilder().setReset(Reset.newBuilder().setRevision(to)));
        }

        public void grant(long sequence, long millis) {
            send(WatchResponse.newBuilder().setLease(
                    LeaseGrant.newBuilder().setSequence(sequence).setDurationMs(millis)));
        }

        /** The mark of a revision is a thousand and so many. */
        public void changes(long at, String... keys) {
            send(WatchResponse.newBuilder().setChanges(Changes.newBuilder().addChanges(
                    Change.newBuilder().setRevision(at).addAllKeys(Arrays.asList(keys))
                            .setMark(1_000 + at))));
        }

        public synchronized void fail() {
            if (!ended) {
                ended = true;
                out.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
            }
        }

        public WatchRequest hello() {
            return received.get(0);
        }

        public List<Long> acks() {
            return received.stream()
                    .filter(WatchRequest::hasAck)
                    .map(message -> message.getAck().getRevision())
                    .toList();
        }

        public long lastSequence() {
            WatchRequest last = received.get(received.size() - 1);
            return switch (last.getMessageCase()) {
                case HELLO -> last.getHello().getSequence();
                case ACK -> last.getAck().getSequence();
                default -> last.getHeartbeat().getSequence();
            };
        }
    }

    /** The newest stream. */
    public Stream stream() {
        return streams.get(streams.size() - 1);
    }

    // ---- the database

    public synchronized long revision() {
        return revision;
    }

    public synchronized void setRevision(long to) {
        revision = to;
    }

    public static CredentialRecord.Builder credential(String prefix, String userId) {
        return CredentialRecord.newBuilder()
                .setPrefix(prefix)
                .setKind(CredentialKind.CREDENTIAL_KIND_ACCESS_TOKEN)
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_SHA_256)
                .setHash(ByteString.copyFrom(new byte[32]))
                .setUserId(userId)
                .setState(CredentialState.CREDENTIAL_STATE_LIVE);
    }

    /** An API key. */
    public static CredentialRecord.Builder key(String prefix, String userId) {
        return credential(prefix, userId).setKind(CredentialKind.CREDENTIAL_KIND_API_KEY);
    }

    /** A token that was exchanged from an API key. */
    public static CredentialRecord.Builder exchanged(String prefix, String key, String userId) {
        return credential(prefix, userId)
                .setKind(CredentialKind.CREDENTIAL_KIND_EXCHANGED_TOKEN)
                .setParentPrefix(key);
    }

    public static PrincipalRecord.Builder principal(String userId) {
        return PrincipalRecord.newBuilder()
                .setUserId(userId)
                .setName("name of " + userId)
                .setKind(UserKind.USER_KIND_SERVICE)
                .addGroups("machines")
                .putRoles("*", Role.ROLE_READER);
    }

    /** Writes rows without a change to them, as what was there before the gateway came. */
    public synchronized void put(CredentialRecord.Builder row) {
        credentials.put(row.getPrefix(), row.build());
    }

    public synchronized void put(PrincipalRecord.Builder row) {
        principals.put(row.getUserId(), row.build());
    }

    /** Commits a change to a credential and to the log, without telling anybody yet. */
    public synchronized long commit(CredentialRecord.Builder row, String... keys) {
        put(row);
        changes.put(++revision, keys);
        return revision;
    }

    public synchronized long commit(PrincipalRecord.Builder row, String... keys) {
        put(row);
        changes.put(++revision, keys);
        return revision;
    }

    /** Sends a change to every open stream. */
    public void publish(long at, String... keys) {
        streams.forEach(stream -> stream.changes(at, keys));
    }

    /** Sends a committed change to every open stream. */
    public synchronized void publish(long at) {
        publish(at, changes.get(at));
    }

    /** Retains no change: who missed one has to start over. */
    public synchronized void trim() {
        changes.clear();
    }

    /** Goes on as another database; the stream is cut, and the next one begins with a reset. */
    public synchronized void startOver(long at) {
        trim();
        setRevision(at);
        anotherDatabase = true;
        stream().fail();
    }

    private synchronized void welcome(Stream stream, long lastRevision) {
        long trimmedTo = changes.isEmpty() ? revision : changes.firstKey() - 1;
        if (anotherDatabase || lastRevision < trimmedTo || lastRevision > revision) {
            anotherDatabase = false;
            stream.reset(trimmedTo);
        }
        changes.tailMap(Math.max(lastRevision, trimmedTo), false).forEach(stream::changes);
        stream.caughtUp(revision);
    }

    public long revoke(String prefix, String userId) {
        return commit(credential(prefix, userId)
                .setState(CredentialState.CREDENTIAL_STATE_REVOKED));
    }

    /** Lets go what was held back. */
    public void release() {
        delivery = Runnable::run;
        held.forEach(Runnable::run);
        held.clear();
    }

    // ---- the service

    @Override
    public void resolve(ResolveRequest request, StreamObserver<ResolveResponse> out) {
        resolves.incrementAndGet();
        if (refusal != null) {
            out.onError(refusal.asRuntimeException());
            return;
        }
        ResolveResponse answer = twist.apply(read(request.getCredentialPrefix()));
        delivery.accept(() -> {
            out.onNext(answer);
            out.onCompleted();
        });
    }

    private synchronized ResolveResponse read(String prefix) {
        ResolveResponse.Builder answer = ResolveResponse.newBuilder().setAsOf(revision);
        CredentialRecord credential = credentials.get(prefix);
        if (credential != null) {
            answer.setCredential(credential);
            CredentialRecord parent = credentials.get(credential.getParentPrefix());
            if (parent != null) {
                answer.setParent(parent);
            }
            PrincipalRecord principal = principals.get(credential.getUserId());
            if (principal != null) {
                answer.setPrincipal(principal);
            }
        }
        return answer.build();
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> out) {
        Stream stream = new Stream(out);
        // with a handler, what is sent on a cancelled stream is dropped and does not throw
        ((ServerCallStreamObserver<WatchResponse>) out).setOnCancelHandler(
                () -> stream.ended = true);
        if (refusal != null) {
            stream.ended = true;
            out.onError(refusal.asRuntimeException());
        } else {
            streams.add(stream);
        }
        return new StreamObserver<>() {
            @Override
            public void onNext(WatchRequest message) {
                if (stream.ended) {
                    return;
                }
                stream.received.add(message);
                if (message.hasHello()) {
                    Welcome.Builder greeting =
                            Welcome.newBuilder().setProtocol(welcomedProtocol);
                    if (cacheKey != null) {
                        greeting.setCacheKey(cacheKey);
                    }
                    stream.send(WatchResponse.newBuilder().setWelcome(greeting));
                }
                if (message.hasHello() && catchesUp) {
                    welcome(stream, message.getHello().getLastRevision());
                }
                if (leaseMillis > 0) {
                    stream.grant(stream.lastSequence(), leaseMillis);
                }
            }

            @Override
            public void onError(Throwable cause) {
                stream.ended = true;
            }

            @Override
            public void onCompleted() {
                stream.halfClosed = true;
                if (!stream.ended) {
                    stream.ended = true;
                    out.onCompleted();
                }
            }
        };
    }

    @Override
    public void reportUsage(
            ReportUsageRequest request, StreamObserver<ReportUsageResponse> out) {
        if (reportRefusal != null) {
            out.onError(reportRefusal.asRuntimeException());
            return;
        }
        reports.add(request);
        out.onNext(ReportUsageResponse.getDefaultInstance());
        out.onCompleted();
    }

    @Override
    public void reportRefusals(
            ReportRefusalsRequest request, StreamObserver<ReportRefusalsResponse> out) {
        if (reportRefusal != null) {
            out.onError(reportRefusal.asRuntimeException());
            return;
        }
        refusalReports.add(request);
        out.onNext(ReportRefusalsResponse.getDefaultInstance());
        out.onCompleted();
    }
}
