package dev.portcullis.admin.rest;

import java.util.List;

/**
 * A request as it left the wire: whole, well framed, its target taken apart; not yet authenticated.
 *
 * @param method the method as sent
 * @param target path and query
 * @param authorization every credential of the request as an Authorization header would carry it,
 *     unparsed
 * @param headers the further headers that mean something here
 * @param body the body's octets, empty when there is none
 * @param source the client's address as text, without port
 * @param requestId names this request in logs, in audit events and to the client
 */
record RestRequest(
        String method,
        Target target,
        List<String> authorization,
        Headers headers,
        byte[] body,
        String source,
        String requestId) {

    /**
     * Headers, each null when absent. What stands in several is joined by commas, as HTTP has it.
     *
     * @param ifMatch likewise
     */
    record Headers(String contentType, String contentEncoding, String accept, String ifMatch) {}

    /** Whether the method only reads (RFC 9110, section 9.2.1). */
    boolean reads() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> true;
            default -> false;
        };
    }

    /** Nothing of the credential or of the body, which may hold what must not be logged. */
    @Override
    public String toString() {
        return method + " " + requestId;
    }
}
