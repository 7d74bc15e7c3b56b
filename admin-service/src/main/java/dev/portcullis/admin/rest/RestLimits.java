package dev.portcullis.admin.rest;

import java.time.Duration;

/**
 * What one client, and all of them together, may take of the REST server.
 *
 * @param connectionsMax open connections; one more is closed at once
 * @param headBytesMax octets in all header lines together; more get 431
 * @param requestLineBytesMax octets in a request line; more get 414
 * @param bodyBytesMax octets in a request body; more get 413
 * @param idleTimeout a connection without a request is closed after this
 * @param requestTimeout from the first octet of a request to its last; then 408
 * @param writeTimeout a response that the client does not take within this is cut
 * @param drainTimeout what is in flight when the server closes is given this long
 */
record RestLimits(
        int connectionsMax,
        int headBytesMax,
        int requestLineBytesMax,
        int bodyBytesMax,
        Duration idleTimeout,
        Duration requestTimeout,
        Duration writeTimeout,
        Duration drainTimeout) {

    /**
     * What all connections hold together before anybody is authenticated fits many times into the
     * smallest heap: bodies here are names and short lists.
     */
    static RestLimits defaults() {
        return new RestLimits(
                512,
                32 * 1024,
                16 * 1024,
                64 * 1024,
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofSeconds(6));
    }
}
