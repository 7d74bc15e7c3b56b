package dev.portcullis.gateway.wire;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;

/** The client of grpc-java's interoperability cases, with an access token. */
final class InteropClient extends AbstractInteropTest {
    /** The gateway's, in its certificate. */
    static final String NAME = "gateway.example";

    private final InetSocketAddress gateway;
    private final String token;
    private final Path ca;

    /** In clear text. */
    InteropClient(InetSocketAddress gateway, String token) {
        this(gateway, token, null);
    }

    /** Over TLS, with a gateway whose certificate is of that authority. */
    InteropClient(InetSocketAddress gateway, String token, Path ca) {
        this.gateway = gateway;
        this.token = token;
        this.ca = ca;
    }

    /** A channel to a gateway: in clear text, or over TLS where there is an authority. */
    static NettyChannelBuilder channel(InetSocketAddress gateway, Path ca) {
        NettyChannelBuilder channel = NettyChannelBuilder.forAddress(gateway);
        if (ca == null) {
            return channel.usePlaintext();
        }
        try {
            return channel.overrideAuthority(NAME).sslContext(
                    GrpcSslContexts.forClient().trustManager(ca.toFile()).build());
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected ManagedChannelBuilder<?> createChannelBuilder() {
        return channel(gateway, ca)
                .maxInboundMessageSize(MAX_MESSAGE_SIZE)
                .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
                .intercept(new Presenting(credentials(token)));
    }

    /** Every call is made with these credentials. */
    private record Presenting(CallCredentials credentials) implements ClientInterceptor {
        @Override
        public <A, B> ClientCall<A, B> interceptCall(
                MethodDescriptor<A, B> method, CallOptions options, Channel next) {
            return next.newCall(method, options.withCallCredentials(credentials));
        }
    }

    /** A token as credentials of calls. */
    static CallCredentials credentials(String token) {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(
                    RequestInfo call, Executor executor, MetadataApplier applier) {
                Metadata headers = new Metadata();
                headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                        "Bearer " + token);
                applier.apply(headers);
            }
        };
    }

    /**
     * As patient as all other tests: on a busy machine the usual 7 seconds have passed before the
     * first message, on a path whose classes were not even loaded.
     */
    @Override
    protected int operationTimeoutMillis() {
        return 20_000;
    }

    /** What the two sides have counted is not compared: they are not in one process. */
    @Override
    protected boolean metricsExpected() {
        return false;
    }
}
