package dev.portcullis.gateway.l2;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** From the configuration to what the client library is told. */
final class RedisOptions {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final String CLIENT_NAME = "portcullis";

    private RedisOptions() {}

    /** Where the servers are: all nodes, or one address that stands for all sentinels. */
    static List<RedisURI> addresses(RedisConfig config) {
        if (config.mode() != RedisConfig.Mode.SENTINEL) {
            return config.nodes().stream()
                    .map(node -> common(config, RedisURI.builder()
                            .withHost(node.host()).withPort(node.port())).build())
                    .toList();
        }
        RedisConfig.Sentinels who = config.sentinels();
        RedisURI.Builder all = RedisURI.builder().withSentinelMasterId(who.master());
        for (RedisConfig.Node node : config.nodes()) {
            RedisURI.Builder sentinel =
                    RedisURI.builder().withHost(node.host()).withPort(node.port());
            secured(config, sentinel);
            known(sentinel, who.user(), who.password());
            all.withSentinel(sentinel.build());
        }
        return List.of(common(config, all).build());
    }

    private static RedisURI.Builder common(RedisConfig config, RedisURI.Builder address) {
        secured(config, address).withClientName(CLIENT_NAME);
        known(address, config.user(), config.password());
        return address;
    }

    private static void known(RedisURI.Builder address, String user, RedisPassword password) {
        if (password != null) {
            address.withAuthentication(
                    RedisCredentialsProvider.from(() -> credentials(user, password)));
        }
    }

    private static RedisURI.Builder secured(RedisConfig config, RedisURI.Builder address) {
        address.withTimeout(CONNECT_TIMEOUT).withSsl(config.tls());
        return config.tls() ? address.withVerifyPeer(SslVerifyMode.FULL) : address;
    }

    /** For each connection anew. */
    private static RedisCredentials credentials(String user, RedisPassword password) {
        try {
            return RedisCredentials.just(user, password.read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What holds for every mode: nothing waits for a connection, and nothing that was asked on one
     * is asked again on the next.
     *
     * @param inFlightMax questions that may be under way at once
     */
    static <B extends ClientOptions.Builder> B into(
            B options, RedisConfig config, int inFlightMax) {
        options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(config.timeout()))
                .requestQueueSize(inFlightMax * 2)
                .replayFilter(command -> true)
                .autoReconnect(true)
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .tcpNoDelay(true)
                        .keepAlive(true)
                        .build());
        if (config.tls()) {
            SslOptions.Builder ssl = SslOptions.builder()
                    .jdkSslProvider()
                    .protocols("TLSv1.3", "TLSv1.2")
                    .handshakeTimeout(CONNECT_TIMEOUT);
            if (config.ca() != null) {
                ssl.trustManager(config.ca().toFile());
            }
            options.sslOptions(ssl.build());
        }
        return options;
    }
}
