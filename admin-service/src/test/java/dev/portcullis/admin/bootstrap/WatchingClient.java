package dev.portcullis.admin.bootstrap;

import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.Change;
import dev.portcullis.proto.origin.v1.Heartbeat;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What a gateway does with its stream: applies at once, acknowledges, and asks for leases. */
final class WatchingClient implements StreamObserver<WatchResponse>, AutoCloseable {
    private static final long HEARTBEAT_MILLIS = 100;

    private final StreamObserver<WatchRequest> requests;
    private final ScheduledFuture<?> heartbeats;
    private final Map<Long, Long> asked = new HashMap<>();
    private long sequence;
    private long received;
    private long leaseUntil = System.nanoTime();
    private boolean ended;
    private volatile boolean deaf;

    WatchingClient(String id, Channel channel, ScheduledExecutorService timer) {
        requests = OriginServiceGrpc.newStub(channel).watch(this);
        synchronized (this) {
            requests.onNext(WatchRequest.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setGatewayId(id).setInstance("1").setVersion("1").setProtocol(2)
                            .setSequence(ask()))
                    .build());
        }
        heartbeats = timer.scheduleWithFixedDelay(
                this::heartbeat, HEARTBEAT_MILLIS, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private long ask() {
        asked.put(++sequence, System.nanoTime());
        return sequence;
    }

    private synchronized void heartbeat() {
        if (!ended) {
            requests.onNext(WatchRequest.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setSequence(ask()))
                    .build());
        }
    }

    /** From now on it applies nothing, and goes on asking for leases. */
    void turnDeaf() {
        deaf = true;
    }

    @Override
    public synchronized void onNext(WatchResponse response) {
        switch (response.getMessageCase()) {
            case RESET -> received = response.getReset().getRevision();
            case CAUGHT_UP -> acknowledge(response.getCaughtUp().getRevision());
            case CHANGES -> {
                for (Change change : response.getChanges().getChangesList()) {
                    received = Math.max(received, change.getRevision());
                }
                acknowledge(received);
            }
            case LEASE -> {
                long at = asked.get(response.getLease().getSequence());
                long millis = response.getLease().getDurationMs();
                if (!deaf) {
                    leaseUntil = Math.max(leaseUntil, at + millis * 1_000_000);
                }
            }
            default -> { }
        }
    }

    private void acknowledge(long revision) {
        received = Math.max(received, revision);
        if (!deaf) {
            requests.onNext(WatchRequest.newBuilder()
                    .setAck(Ack.newBuilder().setRevision(received).setSequence(ask()))
                    .build());
        }
    }

    @Override
    public synchronized void onError(Throwable error) {
        ended = true;
    }

    @Override
    public synchronized void onCompleted() {
        ended = true;
    }

    synchronized boolean answers() {
        return System.nanoTime() < leaseUntil;
    }

    /** It stops answering from its caches, and says so. */
    @Override
    public synchronized void close() {
        heartbeats.cancel(false);
        if (!ended) {
            ended = true;
            leaseUntil = System.nanoTime();
            requests.onCompleted();
        }
    }
}
