package dev.portcullis.admin.rpc;

import dev.portcullis.admin.service.Explain;
import dev.portcullis.proto.admin.v1.AccessServiceGrpc;
import dev.portcullis.proto.admin.v1.ExplainAccessRequest;
import dev.portcullis.proto.admin.v1.ExplainAccessResponse;
import io.grpc.stub.StreamObserver;

/** {@code AccessService}. */
final class AccessRpc extends AccessServiceGrpc.AccessServiceImplBase {
    private final Explain explain;
    private final Replies replies;

    AccessRpc(Explain explain, Replies replies) {
        this.explain = explain;
        this.replies = replies;
    }

    @Override
    public void explainAccess(
            ExplainAccessRequest request, StreamObserver<ExplainAccessResponse> reply) {
        replies.read(reply, actor -> AccessTranslation.explained(
                explain.explain(actor, AccessTranslation.query(request))));
    }
}
