package dev.portcullis.benchmarks.fleet;

import dev.portcullis.benchmarks.stage.Admins;
import dev.portcullis.benchmarks.stage.Deployment;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Times of revocations, in nanoseconds.
 *
 * @param commit to the answer that waited for no gateway
 * @param propagated to the answer that all have confirmed it
 */
record Revocations(Histogram commit, Histogram propagated) {
    private static final int WARM_UP = 50;
    private static final int DIGITS = 3;

    /** One after another: each waited for comes with one that is not. */
    static Revocations measure(Deployment deployment, int count) throws Exception {
        Revocations times = new Revocations(new Histogram(DIGITS), new Histogram(DIGITS));
        List<Integer> ports = List.of(deployment.replicas().get(0).port("admin_listen"));
        try (Admins admins = new Admins(ports, deployment.adminToken())) {
            String user = admins.once(channel ->
                    Admins.within(UserServiceGrpc.newBlockingStub(channel))
                            .createUser(CreateUserRequest.newBuilder().setName("fleet").build()))
                    .getUser().getId();
            for (int i = 0; i < WARM_UP + count; i++) {
                times.round(admins, user, i >= WARM_UP);
            }
        }
        return times;
    }

    /** How many changes are made in all for so many. */
    static int changes(int count) {
        // a user; and in each round two tokens that are made and revoked
        return 1 + 4 * (WARM_UP + count);
    }

    private void round(Admins admins, String user, boolean counts) throws IOException {
        RevokeTokenRequest alone = issued(admins, user);
        Metadata prefer = new Metadata();
        prefer.put(Metadata.Key.of("prefer", Metadata.ASCII_STRING_MARSHALLER), "wait=0");
        long start = System.nanoTime();
        tokens(admins).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(prefer))
                .revokeToken(alone);
        long committed = System.nanoTime() - start;
        // waits: the next must not find the gateways busy with this one
        tokens(admins).revokeToken(alone);

        RevokeTokenRequest everywhere = issued(admins, user);
        start = System.nanoTime();
        Propagation propagation = tokens(admins).revokeToken(everywhere).getPropagation();
        long confirmed = System.nanoTime() - start;
        if (propagation.getState() != Propagation.State.PROPAGATED) {
            throw new IOException("a revocation was not confirmed by "
                    + propagation.getUnconfirmedGatewaysList());
        }
        if (counts) {
            commit.recordValue(committed);
            propagated.recordValue(confirmed);
        }
    }

    private static RevokeTokenRequest issued(Admins admins, String user) {
        return RevokeTokenRequest.newBuilder()
                .setId(tokens(admins)
                        .issueToken(IssueTokenRequest.newBuilder()
                                .setUser(user).setName("fleet").build())
                        .getToken().getId())
                .build();
    }

    private static TokenServiceBlockingStub tokens(Admins admins) {
        return admins.once(channel -> Admins.within(TokenServiceGrpc.newBlockingStub(channel)));
    }

    /** One line of a table, in milliseconds. */
    static void row(PrintStream out, String name, Histogram nanos) {
        out.printf(Locale.ROOT, "%-14s %6d %8.2f %8.2f %8.2f %8.2f%n",
                name, nanos.getTotalCount(), nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(90) / 1e6, nanos.getValueAtPercentile(99) / 1e6,
                nanos.getMaxValue() / 1e6);
    }
}
