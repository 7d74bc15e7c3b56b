package dev.portcullis.admin.rpc;

import dev.portcullis.admin.service.ForeignImport;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.ImportForeignResponse;
import dev.portcullis.proto.admin.v1.ImportServiceGrpc;
import io.grpc.stub.StreamObserver;

/** {@code ImportService}. */
final class ImportRpc extends ImportServiceGrpc.ImportServiceImplBase {
    private final ForeignImport foreignImport;
    private final Replies replies;

    ImportRpc(ForeignImport foreignImport, Replies replies) {
        this.foreignImport = foreignImport;
        this.replies = replies;
    }

    @Override
    public void importForeign(
            ImportForeignRequest request, StreamObserver<ImportForeignResponse> reply) {
        replies.change(
                reply,
                actor -> foreignImport.take(actor, ImportTranslation.users(request)),
                ImportTranslation::imported);
    }
}
