package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Subject;
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
                        request.hasGroup()
                                ? Subject.group(request.getGroup())
                                : Subject.user(request.getUser()),
                        Translation.role("role", request.getRole()),
                        request.getApplication()),
                (binding, propagation) -> PutBindingResponse.newBuilder()
                        .setBinding(Translation.binding(binding))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void listBindings(
            ListBindingsRequest request, StreamObserver<ListBindingsResponse> reply) {
        replies.read(reply, actor -> {
            ListBindingsResponse.Builder response = ListBindingsResponse.newBuilder();
            bindings.list(actor, request.hasGroup()
                            ? Subject.group(request.getGroup())
                            : Subject.user(request.getUser()))
                    .forEach(binding -> response.addBindings(Translation.binding(binding)));
            return response.build();
        });
    }

    @Override
    public void deleteBinding(
            DeleteBindingRequest request, StreamObserver<DeleteBindingResponse> reply) {
        replies.change(
                reply,
                actor -> bindings.delete(
                        actor,
                        request.hasGroup()
                                ? Subject.group(request.getGroup())
                                : Subject.user(request.getUser()),
                        request.getApplication()),
                (binding, propagation) -> DeleteBindingResponse.newBuilder()
                        .setPropagation(propagation).build());
    }
}
