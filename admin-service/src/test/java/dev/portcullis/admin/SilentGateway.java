package dev.portcullis.admin;

import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A gateway that catches up, takes a lease, and from then on never confirms anything. */
final class SilentGateway implements AutoCloseable {
    private final String id;
    private final Server server;
    private final ManagedChannel channel;

    /** Returns when the lease is granted. */
    SilentGateway(AdminServer origin, String id) throws Exception {
        this.id = id;
        String name = "origin-for-" + id;
        server = InProcessServerBuilder.forName(name)
                .addService(origin.originService()).build().start();
        channel = InProcessChannelBuilder.forName(name).build();
        Stream stream = new Stream();
        stream.requests = OriginServiceGrpc.newStub(channel).watch(stream);
        stream.requests.onNext(WatchRequest.newBuilder()
                .setHello(Hello.newBuilder().setGatewayId(id).setInstance("i").setProtocol(2)
                        .setSequence(1))
                .build());
        try {
            stream.leased.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private static final class Stream implements StreamObserver<WatchResponse> {
        private final CompletableFuture<Void> leased = new CompletableFuture<>();
        private volatile StreamObserver<WatchRequest> requests;

        @Override
        public void onNext(WatchResponse message) {
            if (message.hasCaughtUp()) {
                requests.onNext(WatchRequest.newBuilder()
                        .setAck(Ack.newBuilder()
                                .setRevision(message.getCaughtUp().getRevision())
                                .setSequence(2))
                        .build());
            }
            if (message.hasLease()) {
                leased.complete(null);
            }
        }

        @Override
        public void onError(Throwable failure) {
            leased.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            leased.completeExceptionally(new IllegalStateException("the stream ended"));
        }
    }

    String id() {
        return id;
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow();
        server.awaitTermination(5, TimeUnit.SECONDS);
    }
}
