package dev.portcullis.cli.server;

import dev.portcullis.cli.client.AdminConnection;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** Issues and revokes tokens, one after the other, until the server is gone. */
final class KillNineClient extends Thread {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final AdminConnection admin;
    private final InetSocketAddress gateway;
    private final Ledger ledger;
    private final Random random;
    private final CountDownLatch working;
    private final List<String> mine = new ArrayList<>();
    private final List<String> plain = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    /** {@code working} is counted down after the first token was issued and revoked. */
    KillNineClient(AdminConnection admin, InetSocketAddress gateway, Ledger ledger, Random random,
            CountDownLatch working) {
        this.admin = admin;
        this.gateway = gateway;
        this.ledger = ledger;
        this.random = random;
        this.working = working;
    }

    /** What must not happen and did; read after the thread's end. */
    List<String> violations() {
        return violations;
    }

    @Override
    public void run() {
        try {
            issue();
            revoke(0);
            working.countDown();
            while (true) {
                if (mine.isEmpty() || random.nextBoolean()) {
                    issue();
                } else {
                    revoke(random.nextInt(mine.size()));
                }
            }
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                violations.add("unexpected answer: " + e.getStatus());
            }
        } catch (IOException killed) {
            // the gateway is gone with the rest
        } finally {
            working.countDown();
        }
    }

    private void issue() {
        IssueTokenResponse issued = admin.tokens().issueToken(
                IssueTokenRequest.newBuilder().setUser("client").setName("load").build());
        ledger.issued(issued.getToken().getId(), issued.getPlainToken());
        mine.add(issued.getToken().getId());
        plain.add(issued.getPlainToken());
    }

    private void revoke(int index) throws IOException {
        String id = mine.remove(index);
        String token = plain.remove(index);
        ledger.revoking(id);
        RevokeTokenResponse revoked = admin.tokens().revokeToken(
                RevokeTokenRequest.newBuilder().setId(id).build());
        ledger.revoked(id);
        boolean propagated =
                revoked.getPropagation().getState() == Propagation.State.PROPAGATED;
        int status = ask(gateway, token);
        if (propagated && status != 401) {
            violations.add("token " + id + " was revoked everywhere, and then got " + status);
        }
    }

    /** The status of a request with a token. */
    static int ask(InetSocketAddress gateway, String token) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + gateway.getPort() + "/");
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty("Authorization", "Bearer " + token);
        try {
            int status = connection.getResponseCode();
            var body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            if (body != null) {
                body.readAllBytes();
                body.close();
            }
            return status;
        } finally {
            // what is kept alive belongs to a process that is about to die
            connection.disconnect();
        }
    }
}
