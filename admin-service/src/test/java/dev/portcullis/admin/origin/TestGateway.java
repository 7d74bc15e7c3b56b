package dev.portcullis.admin.origin;

import dev.portcullis.admin.store.Store;
import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.Heartbeat;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The other end of a watch stream, by hand. */
final class TestGateway implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final BlockingQueue<WatchResponse> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final boolean reads;
    private final Store store;
    private ClientCallStreamObserver<WatchRequest> requests;

    TestGateway(ManagedChannel channel, boolean reads, Store store) {
        this.reads = reads;
        this.store = store;
        OriginServiceGrpc.newStub(channel).watch(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
        requests = stream;
        if (!reads) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    @Override
    public void onNext(WatchResponse response) {
        received.add(response);
    }

    @Override
    public void onError(Throwable error) {
        ended.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK);
    }

    void send(WatchRequest request) {
        requests.onNext(request);
    }

    /** Claims to know of a revision what there is to know of it now. */
    TestGateway hello(String id, long lastRevision, long sequence) {
        send(WatchRequest.newBuilder().setHello(Hello.newBuilder()
                .setGatewayId(id).setLastRevision(lastRevision).setSequence(sequence)
                .setLastMark(store.<Long>read(transaction -> transaction.mark(lastRevision)))
                .setInstance("i").setVersion("1.0").setProtocol(2)).build());
        return this;
    }

    void ack(long revision, long sequence) {
        send(WatchRequest.newBuilder().setAck(Ack.newBuilder()
                .setRevision(revision).setSequence(sequence)).build());
    }

    void heartbeat(long sequence) {
        send(WatchRequest.newBuilder().setHeartbeat(Heartbeat.newBuilder()
                .setSequence(sequence)).build());
    }

    void complete() {
        requests.onCompleted();
    }

    void cancel() {
        requests.cancel("gone", null);
    }

    /** Lets in as many messages as that. */
    void read(int messages) {
        requests.request(messages);
    }

    WatchResponse next() throws InterruptedException {
        WatchResponse response = nextOfAny();
        return response.hasWelcome() ? nextOfAny() : response;
    }

    /** As {@link #next}, be it the welcome. */
    WatchResponse nextOfAny() throws InterruptedException {
        WatchResponse response = received.poll(10, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("nothing came; ended: " + ended);
        }
        return response;
    }

    /** Whether nothing comes for a while: long enough for what would come at once. */
    boolean isQuiet() throws InterruptedException {
        return received.poll(200, TimeUnit.MILLISECONDS) == null;
    }

    Status end() throws Exception {
        return ended.get(10, TimeUnit.SECONDS);
    }
}
