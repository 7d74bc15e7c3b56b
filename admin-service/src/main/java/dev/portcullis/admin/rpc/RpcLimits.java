package dev.portcullis.admin.rpc;

import java.time.Duration;

/**
 * What one client, and all of them together, may take of the gRPC server. A request is gathered
 * before its caller is known, so strangers may hold connections times calls times message size.
 *
 * @param connectionsMax open connections; one more is closed at once
 * @param callsMax open calls on one connection
 * @param messageBytesMax a larger message gets RESOURCE_EXHAUSTED
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
        int metadataBytesMax,
        Duration handshakeTimeout,
        Duration idleTimeout,
        Duration keepAliveTime,
        Duration keepAlivePermitted,
        Duration drainTimeout) {

    static RpcLimits defaults() {
        return new RpcLimits(
                64,
                64,
                32 * 1024,
                16 * 1024,
                Duration.ofSeconds(10),
                Duration.ofMinutes(15),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                Duration.ofSeconds(6));
    }
}
