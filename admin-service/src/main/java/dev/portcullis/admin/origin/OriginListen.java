package dev.portcullis.admin.origin;

import io.grpc.ServerCredentials;
import java.net.InetSocketAddress;

/**
 * Where gateways of other processes connect. No field is null.
 *
 * @param address port 0 for any free one
 * @param credentials of TLS, or {@link io.grpc.InsecureServerCredentials} on a loopback address
 */
public record OriginListen(InetSocketAddress address, ServerCredentials credentials) {}
