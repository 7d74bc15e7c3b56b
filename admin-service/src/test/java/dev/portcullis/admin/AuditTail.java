package dev.portcullis.admin;

import dev.portcullis.proto.admin.v1.AuditEvent;
import dev.portcullis.proto.admin.v1.AuditServiceGrpc;
import dev.portcullis.proto.admin.v1.StreamAuditEventsRequest;
import dev.portcullis.proto.admin.v1.StreamAuditEventsResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A reader of the stream of audit events that takes only as many as it asks for. */
final class AuditTail implements AutoCloseable {
    private final BlockingQueue<AuditEvent> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> closed = new CompletableFuture<>();
    private final ClientCall<StreamAuditEventsRequest, StreamAuditEventsResponse> call;

    AuditTail(Channel channel, StreamAuditEventsRequest request) {
        call = channel.newCall(
                AuditServiceGrpc.getStreamAuditEventsMethod(), CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(StreamAuditEventsResponse response) {
                events.add(response.getEvent());
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                closed.complete(status);
            }
        }, new Metadata());
        call.sendMessage(request);
        call.halfClose();
    }

    /** The next event, asked for just now. */
    AuditEvent next() throws Exception {
        call.request(1);
        AuditEvent event = events.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event came; the stream "
                    + (closed.isDone() ? "ended with " + closed.join() : "goes on"));
        }
        return event;
    }

    List<AuditEvent> next(int count) throws Exception {
        List<AuditEvent> next = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            next.add(next());
        }
        return next;
    }

    /** Asks for events without waiting for them. */
    void ask(int count) {
        call.request(count);
    }

    /** How many events have come that nobody took. */
    int waiting() {
        return events.size();
    }

    /** How the stream ended. */
    Status end() throws Exception {
        return closed.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        call.cancel("read enough", null);
    }
}
