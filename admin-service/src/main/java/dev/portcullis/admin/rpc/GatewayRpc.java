package dev.portcullis.admin.rpc;

import dev.portcullis.admin.service.Gateways;
import dev.portcullis.proto.admin.v1.EnrollGatewayRequest;
import dev.portcullis.proto.admin.v1.EnrollGatewayResponse;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import dev.portcullis.proto.admin.v1.ListGatewaysRequest;
import dev.portcullis.proto.admin.v1.ListGatewaysResponse;
import dev.portcullis.proto.admin.v1.RemoveGatewayRequest;
import dev.portcullis.proto.admin.v1.RemoveGatewayResponse;
import io.grpc.stub.StreamObserver;

/** {@code GatewayService}. */
final class GatewayRpc extends GatewayServiceImplBase {
    private final Gateways gateways;
    private final Replies replies;

    GatewayRpc(Gateways gateways, Replies replies) {
        this.gateways = gateways;
        this.replies = replies;
    }

    @Override
    public void enrollGateway(
            EnrollGatewayRequest request, StreamObserver<EnrollGatewayResponse> reply) {
        replies.change(
                reply,
                actor -> gateways.enroll(actor, request.getName()),
                GatewayTranslation::enrolled);
    }

    @Override
    public void removeGateway(
            RemoveGatewayRequest request, StreamObserver<RemoveGatewayResponse> reply) {
        replies.change(
                reply,
                actor -> gateways.remove(actor, request.getName()),
                (user, propagation) -> GatewayTranslation.removed(propagation));
    }

    @Override
    public void listGateways(
            ListGatewaysRequest request, StreamObserver<ListGatewaysResponse> reply) {
        replies.read(reply, actor -> GatewayTranslation.list(gateways.list(actor)));
    }
}
