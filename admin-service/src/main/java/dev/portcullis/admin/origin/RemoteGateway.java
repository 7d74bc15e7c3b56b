package dev.portcullis.admin.origin;

import dev.portcullis.admin.service.Enrolled;
import dev.portcullis.admin.store.ChangeKeys;
import io.grpc.Context;
import java.util.Collection;

/**
 * The gateway of another process that makes the current call.
 *
 * @param source its address, without port
 */
record RemoteGateway(Enrolled enrolled, String source) {
    /** Whether changes of these keys may end its enrolment. */
    boolean isConcernedBy(Collection<String> keys) {
        return keys.contains(ChangeKeys.credential(enrolled.credentialId()))
                || keys.contains(ChangeKeys.principal(enrolled.userId()))
                || keys.contains(ChangeKeys.EVERY_PRINCIPAL);
    }

    /** Null for a gateway within this process. */
    static final Context.Key<RemoteGateway> CALLER = Context.key("portcullis-gateway");
}
