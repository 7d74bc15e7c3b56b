package dev.portcullis.admin.rpc;

import dev.portcullis.admin.service.Bindings;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.DeleteBindingResponse;
import dev.portcullis.proto.admin.v1.ListBindingsRequest;
import dev.portcullis.proto.admin.v1.ListBindingsResponse;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.PutBindingResponse;
import io.grpc.stub.StreamObserver;

/** {@code BindingService}. */
final class BindingRpc extends BindingServiceGrpc.BindingServiceImplBase {
    private final Bindings bindings;
    private final Replies replies;

    BindingRpc(Bindings bindings, Replies replies) {
        this.bindings = bindings;
        this.replies = replies;
    }

    @Override
    public void putBinding(PutBindingRequest request, StreamObserver<PutBindingResponse> reply) {
        replies.change(
                reply,
                actor -> bindings.put(
                        actor,
                        BindingTranslation.subject(request),
                        Translation.role("role", request.getRole()),
                        request.getApplication()),
                BindingTranslation::put);
    }

    @Override
    public void listBindings(
            ListBindingsRequest request, StreamObserver<ListBindingsResponse> reply) {
        replies.read(reply, actor -> BindingTranslation.list(
                bindings.list(actor, BindingTranslation.subject(request))));
    }

    @Override
    public void deleteBinding(
            DeleteBindingRequest request, StreamObserver<DeleteBindingResponse> reply) {
        replies.change(
                reply,
                actor -> bindings.delete(
                        actor, BindingTranslation.subject(request), request.getApplication()),
                (binding, propagation) -> BindingTranslation.deleted(propagation));
    }
}
