package dev.portcullis.admin.rpc;

import java.time.Duration;

/**
 * What one client, and all of them together, may take of the gRPC server. A request is gathered
 * before its caller is known, so strangers may hold, on each connection, calls times message size,
 * and what the transport takes of requests that are not read yet. A large request is read only when
 * its caller is known.
 *
 * @param connectionsMax open connections; one more is closed at once
 * @param callsMax open calls on one connection
 * @param messageBytesMax a larger request gets RESOURCE_EXHAUSTED
 * @param largeMessageBytesMax the same for methods whose requests may be large: 1,000 foreign
 *     tokens of 100 users, each with the longest name in the widest letters (685 octets for a
 *     token, 4,616 for a user with a description) are 1.15 million octets, and half as much again
 *     is left for the names of groups
 * @param largeCallsMax large requests at once, of all clients together; one more gets
 *     RESOURCE_EXHAUSTED
 * @param flowWindowBytes what a connection takes of requests that are not read yet
 * @param metadataBytesMax a call with more is refused
 * @param handshakeTimeout from the connection to the end of the HTTP/2 preface
 * @param idleTimeout a connection without a call is closed after this
 * @param keepAliveTime a silent connection is asked for a sign of life after this
 * @param keepAlivePermitted a client that pings more often than this is disconnected
 * @param drainTimeout what is in flight when the server closes is given this long
 */
record RpcLimits(
        int connectionsMax,
        int callsMax,
        int messageBytesMax,
        int largeMessageBytesMax,
        int largeCallsMax,
        int flowWindowBytes,
        int metadataBytesMax,
        Duration handshakeTimeout,
        Duration idleTimeout,
        Duration keepAliveTime,
        Duration keepAlivePermitted,
        Duration drainTimeout) {

    static RpcLimits defaults() {
        return new RpcLimits(
                64,
                48,
                32 * 1024,
                2 * 1024 * 1024,
                4,
                64 * 1024,
                16 * 1024,
                Duration.ofSeconds(10),
                Duration.ofMinutes(15),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                Duration.ofSeconds(6));
    }
}
