package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.config.Address;
import dev.portcullis.proto.admin.v1.AccessServiceGrpc;
import dev.portcullis.proto.admin.v1.AuditServiceGrpc;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc;
import dev.portcullis.proto.admin.v1.GroupServiceGrpc;
import dev.portcullis.proto.admin.v1.ImportServiceGrpc;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A connection to the admin API, with the caller's token on every call. In plain text, and so only
 * to addresses of this machine. Any thread.
 */
public final class AdminConnection implements AutoCloseable {
    /** The environment variable with the address. */
    public static final String ADDRESS_VARIABLE = "PORTCULLIS_ADMIN";

    private static final String ADDRESS_DEFAULT = "127.0.0.1:7070";
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> PREFER =
            Metadata.Key.of("prefer", Metadata.ASCII_STRING_MARSHALLER);

    /** The admin-service itself waits up to 5 s for a change to take effect everywhere. */
    private static final int DEADLINE_SECONDS = 20;

    private static final int IMPORT_DEADLINE_SECONDS = 60;

    private static final int MESSAGE_BYTES_MAX = 16 << 20;

    private final ManagedChannel channel;
    private final Channel authenticated;

    private AdminConnection(ManagedChannel channel, String token) {
        this.channel = channel;
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + token);
        this.authenticated = ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /**
     * A connection by the environment: address and token. Nothing is sent yet.
     *
     * @throws CommandException for wrong usage
     */
    static AdminConnection open(Map<String, String> environment) {
        Address address;
        try {
            address = Address.of(addressIn(environment));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, ADDRESS_VARIABLE + ": " + e.getMessage());
        }
        InetAddress host = loopback(ADDRESS_VARIABLE, address);
        return open(new InetSocketAddress(host, address.port()), TokenSource.read(environment));
    }

    /** Where the environment says that the admin API is; looked at by {@link #open}. */
    static String addressIn(Map<String, String> environment) {
        return environment.getOrDefault(ADDRESS_VARIABLE, ADDRESS_DEFAULT);
    }

    /** A connection to an address that must be of this machine. */
    public static AdminConnection open(InetSocketAddress address, String token) {
        if (!address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("not a loopback address: " + address);
        }
        String host = address.getAddress().getHostAddress();
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        host, address.getPort(), InsecureChannelCredentials.create())
                // no proxy of the environment may see the token
                .proxyDetector(target -> null)
                .disableRetry()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
        return new AdminConnection(channel, token);
    }

    /**
     * The address of a host that must be this one. Looked up once, and what was checked is what is
     * connected to.
     *
     * @param variable that the host was given in
     * @throws CommandException when it is another machine, or not known
     */
    static InetAddress loopback(String variable, Address address) {
        InetAddress host;
        try {
            host = InetAddress.getByName(address.host());
        } catch (UnknownHostException e) {
            throw new CommandException(ExitCode.UNREACHABLE,
                    variable + ": the host '" + address.host() + "' is not known");
        }
        if (!host.isLoopbackAddress()) {
            throw new CommandException(ExitCode.USAGE, variable + " is " + address
                    + ", which is not on this machine: the token would cross the network in plain "
                    + "text. Run the command there, or tunnel: ssh -L " + address.port()
                    + ":127.0.0.1:" + address.port() + " HOST");
        }
        return host;
    }

    /** Users. */
    public UserServiceGrpc.UserServiceBlockingStub users() {
        return timed(UserServiceGrpc.newBlockingStub(authenticated));
    }

    /** Bindings. */
    public BindingServiceGrpc.BindingServiceBlockingStub bindings() {
        return timed(BindingServiceGrpc.newBlockingStub(authenticated));
    }

    /** Tokens. */
    public TokenServiceGrpc.TokenServiceBlockingStub tokens() {
        return timed(TokenServiceGrpc.newBlockingStub(authenticated));
    }

    /** Tokens, for calls that are answered at their commit, wherever that has reached by then. */
    TokenServiceGrpc.TokenServiceBlockingStub tokensWithoutWaiting() {
        Metadata headers = new Metadata();
        headers.put(PREFER, "wait=0");
        return tokens().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** Groups. */
    public GroupServiceGrpc.GroupServiceBlockingStub groups() {
        return timed(GroupServiceGrpc.newBlockingStub(authenticated));
    }

    /** API keys. */
    public KeyServiceGrpc.KeyServiceBlockingStub keys() {
        return timed(KeyServiceGrpc.newBlockingStub(authenticated));
    }

    /** Gateways. */
    public GatewayServiceGrpc.GatewayServiceBlockingStub gateways() {
        return timed(GatewayServiceGrpc.newBlockingStub(authenticated));
    }

    /** Explanations. */
    AccessServiceGrpc.AccessServiceBlockingStub access() {
        return timed(AccessServiceGrpc.newBlockingStub(authenticated));
    }

    /** The audit log, for calls that answer at once. */
    AuditServiceGrpc.AuditServiceBlockingStub audit() {
        return timed(AuditServiceGrpc.newBlockingStub(authenticated));
    }

    /** The audit log, for calls that go on and on: without a deadline. */
    public AuditServiceGrpc.AuditServiceBlockingStub auditStreams() {
        return AuditServiceGrpc.newBlockingStub(authenticated);
    }

    /** What is taken over from other systems: many rows in one step, so with a longer deadline. */
    public ImportServiceGrpc.ImportServiceBlockingStub imports() {
        return ImportServiceGrpc.newBlockingStub(authenticated)
                .withDeadlineAfter(IMPORT_DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private static <S extends AbstractStub<S>> S timed(S stub) {
        return stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
