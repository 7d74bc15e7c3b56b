package dev.portcullis.gateway.testkit;

import dev.portcullis.proto.origin.v1.CaughtUp;
import dev.portcullis.proto.origin.v1.Change;
import dev.portcullis.proto.origin.v1.Changes;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc.OriginServiceImplBase;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.RefusalSummary;
import dev.portcullis.proto.origin.v1.ReportRefusalsRequest;
import dev.portcullis.proto.origin.v1.ReportRefusalsResponse;
import dev.portcullis.proto.origin.v1.ReportUsageRequest;
import dev.portcullis.proto.origin.v1.ReportUsageResponse;
import dev.portcullis.proto.origin.v1.Reset;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.Usage;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The service behind {@link FakeOrigin}. One lock guards everything. */
final class FakeOriginService extends OriginServiceImplBase {
    private static final long PATIENCE_MILLIS = 20_000;

    private final Map<String, PrincipalRecord> users = new HashMap<>();
    private final Map<String, CredentialRecord> credentials = new HashMap<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<String> uses = new ArrayList<>();
    private final List<RefusalSummary> refusals = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private long revision = 1;
    private long leaseMillis = 30_000;
    private int resolves;
    private boolean down;
    private boolean silent;

    synchronized void putUser(PrincipalRecord user) {
        users.put(user.getUserId(), user);
        announce("p:" + user.getUserId());
    }

    synchronized long removeUser(String id) {
        users.remove(id);
        return announce("p:" + id);
    }

    synchronized long changeUser(String id, UnaryOperator<PrincipalRecord.Builder> change) {
        users.computeIfPresent(id, (key, user) -> change.apply(user.toBuilder()).build());
        return announce("p:" + id);
    }

    synchronized long revision() {
        return revision;
    }

    synchronized void putCredential(CredentialRecord credential) {
        credentials.put(credential.getPrefix(), credential);
        announce("c:" + credential.getPrefix());
    }

    synchronized long changeCredential(
            String prefix, UnaryOperator<CredentialRecord.Builder> change) {
        credentials.computeIfPresent(
                prefix, (key, record) -> change.apply(record.toBuilder()).build());
        return announce("c:" + prefix);
    }

    private long announce(String key) {
        revision++;
        Change change = Change.newBuilder().setRevision(revision).addKeys(key).build();
        Changes changes = Changes.newBuilder().addChanges(change).build();
        List.copyOf(watchers).forEach(
                watcher -> watcher.send(WatchResponse.newBuilder().setChanges(changes)));
        return revision;
    }

    synchronized void awaitAcked(long wanted) throws InterruptedException {
        long left = PATIENCE_MILLIS;
        while (watchers.stream().anyMatch(watcher -> watcher.acked < wanted)) {
            if (left <= 0) {
                throw new AssertionError("revision " + wanted + " was never acknowledged");
            }
            left -= 50;
            TimeUnit.MILLISECONDS.timedWait(this, 50);
        }
    }

    synchronized int watchers() {
        return watchers.size();
    }

    synchronized int resolves() {
        return resolves;
    }

    synchronized CredentialRecord credential(String prefix) {
        return credentials.get(prefix);
    }

    synchronized List<RefusalSummary> reportedRefusals() {
        return List.copyOf(refusals);
    }

    synchronized List<String> reportedUses() {
        return List.copyOf(uses);
    }

    synchronized void setLeaseMillis(long millis) {
        leaseMillis = millis;
    }

    synchronized void setDown(boolean nowDown) {
        down = nowDown;
        if (down) {
            List.copyOf(watchers).forEach(Watcher::cut);
            watchers.clear();
        }
    }

    synchronized void setSilent(boolean nowSilent) {
        silent = nowSilent;
        if (!silent) {
            held.forEach(Runnable::run);
            held.clear();
        }
    }

    @Override
    public synchronized void resolve(
            ResolveRequest request, StreamObserver<ResolveResponse> response) {
        resolves++;
        if (down) {
            response.onError(unavailable());
        } else if (silent) {
            held.add(() -> answer(request, response));
        } else {
            answer(request, response);
        }
    }

    private void answer(ResolveRequest request, StreamObserver<ResolveResponse> response) {
        ResolveResponse.Builder answer = ResolveResponse.newBuilder().setAsOf(revision);
        CredentialRecord credential = credentials.get(request.getCredentialPrefix());
        String userId = credential == null ? request.getUserId() : credential.getUserId();
        if (credential != null) {
            answer.setCredential(credential);
            CredentialRecord parent = credentials.get(credential.getParentPrefix());
            if (parent != null) {
                answer.setParent(parent);
            }
        }
        if (users.containsKey(userId)) {
            answer.setPrincipal(users.get(userId));
        }
        response.onNext(answer.build());
        response.onCompleted();
    }

    @Override
    public synchronized void reportUsage(
            ReportUsageRequest request, StreamObserver<ReportUsageResponse> response) {
        if (down) {
            response.onError(unavailable());
            return;
        }
        request.getUsagesList().stream().map(Usage::getPrefix).forEach(uses::add);
        response.onNext(ReportUsageResponse.getDefaultInstance());
        response.onCompleted();
    }

    @Override
    public synchronized void reportRefusals(
            ReportRefusalsRequest request, StreamObserver<ReportRefusalsResponse> response) {
        if (down) {
            response.onError(unavailable());
            return;
        }
        refusals.addAll(request.getRefusalsList());
        response.onNext(ReportRefusalsResponse.getDefaultInstance());
        response.onCompleted();
    }

    @Override
    public synchronized StreamObserver<WatchRequest> watch(
            StreamObserver<WatchResponse> response) {
        Watcher watcher = new Watcher(response);
        if (down) {
            watcher.cut();
        } else {
            watchers.add(watcher);
        }
        return watcher;
    }

    private static StatusRuntimeException unavailable() {
        return Status.UNAVAILABLE.withDescription("the origin is down").asRuntimeException();
    }

    /** One gateway's stream. */
    private final class Watcher implements StreamObserver<WatchRequest> {
        private final StreamObserver<WatchResponse> response;
        private long acked;

        Watcher(StreamObserver<WatchResponse> response) {
            this.response = response;
        }

        /** A gateway that is gone is noticed by onError; until then sending must not fail. */
        void send(WatchResponse.Builder message) {
            try {
                response.onNext(message.build());
            } catch (StatusRuntimeException | IllegalStateException e) {
                watchers.remove(this);
            }
        }

        void cut() {
            try {
                response.onError(unavailable());
            } catch (StatusRuntimeException | IllegalStateException e) {
                // already cut by the other side
            }
        }

        @Override
        public void onNext(WatchRequest request) {
            synchronized (FakeOriginService.this) {
                if (!watchers.contains(this)) {
                    return;
                }
                switch (request.getMessageCase()) {
                    case HELLO -> hello(request);
                    case ACK -> {
                        acked = Math.max(acked, request.getAck().getRevision());
                        grant(request.getAck().getSequence());
                        FakeOriginService.this.notifyAll();
                    }
                    default -> grant(request.getHeartbeat().getSequence());
                }
            }
        }

        /** History is not kept: whoever has fallen behind forgets everything. */
        private void hello(WatchRequest request) {
            send(WatchResponse.newBuilder()
                    .setWelcome(Welcome.newBuilder().setProtocol(2).setReplicaId("fake")));
            if (request.getHello().getLastRevision() != revision) {
                send(WatchResponse.newBuilder()
                        .setReset(Reset.newBuilder().setRevision(revision)));
            }
            send(WatchResponse.newBuilder()
                    .setCaughtUp(CaughtUp.newBuilder().setRevision(revision)));
            grant(request.getHello().getSequence());
        }

        private void grant(long sequence) {
            send(WatchResponse.newBuilder().setLease(LeaseGrant.newBuilder()
                    .setSequence(sequence)
                    .setDurationMs(leaseMillis)));
        }

        @Override
        public void onError(Throwable error) {
            synchronized (FakeOriginService.this) {
                watchers.remove(this);
                FakeOriginService.this.notifyAll();
            }
        }

        @Override
        public void onCompleted() {
            onError(null);
            try {
                response.onCompleted();
            } catch (StatusRuntimeException | IllegalStateException e) {
                // already cut
            }
        }
    }
}
