package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import java.net.InetAddress;

/**
 * What requests have in common that are summed up together.
 *
 * @param code of the refusal
 * @param prefix of the credential; null when its secret was not proved
 * @param source the client's address; null in what stands for all that found no room
 * @param application that it was for; empty in what stands for all that found no room
 */
record RefusedAlike(String code, TokenPrefix prefix, InetAddress source, String application) {
    /** Under what it is counted when there is no room for it: its code alone. */
    RefusedAlike withoutRoom() {
        return new RefusedAlike(code, null, null, "");
    }
}
