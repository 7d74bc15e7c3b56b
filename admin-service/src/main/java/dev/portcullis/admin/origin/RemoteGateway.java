package dev.portcullis.admin.origin;

import dev.portcullis.admin.service.Enrolled;
import io.grpc.Context;

/**
 * The gateway of another process that makes the current call.
 *
 * @param source its address, without port
 */
record RemoteGateway(Enrolled enrolled, String source) {
    /** Null for a gateway within this process. */
    static final Context.Key<RemoteGateway> CALLER = Context.key("portcullis-gateway");
}
