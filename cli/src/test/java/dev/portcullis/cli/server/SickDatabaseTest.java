package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.admin.store.PostgresServer;
import dev.portcullis.proto.admin.v1.Gateway;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.ListGatewaysRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the operator of gateways and admin-services sees of a PostgreSQL that cannot be written. */
@Timeout(180)
class SickDatabaseTest extends LinkedProcesses {
    private final List<String> said = new ArrayList<>();
    private final PostgresConfig database = PostgresServer.shared().database();
    private LogCapture log;
    private GatewayProcess gateway;
    private IssueTokenResponse issued;

    @BeforeEach
    void listen() {
        log = LogCapture.ofAll();
    }

    @AfterEach
    void hush() {
        log.close();
    }

    private void setReadOnly(boolean on) throws Exception {
        PostgresServer.shared().administer("postgres",
                "ALTER DATABASE " + database.database()
                        + (on ? " SET default_transaction_read_only = on"
                                : " RESET default_transaction_read_only"),
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                        + database.database() + "' AND usename = '" + PostgresServer.USER + "'");
    }

    private void awaitSaid(String... pieces) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            said.addAll(log.take());
            assertThat(said).anySatisfy(line -> assertThat(line).contains(pieces));
        });
    }

    private Gateway listed() {
        return client.gateways().listGateways(ListGatewaysRequest.getDefaultInstance())
                .getGateways(0);
    }

    private void begin() throws Exception {
        startAdmin("--database", database.toString(), "--database-password-file",
                secret("password", PostgresServer.PASSWORD).toString(),
                "--max-staleness", "2s", "--replica-id", "admin-1");
        gateway = startGateway(enroll("edge-1"));
        assertThat(gateway.awaitReady(SOON)).isTrue();
        issued = token("ci");
    }

    private void setClosed(boolean closed) throws Exception {
        PostgresServer.shared().administer("postgres",
                "ALTER DATABASE " + database.database() + " ALLOW_CONNECTIONS " + !closed,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                        + database.database() + "' AND usename = '" + PostgresServer.USER + "'");
    }

    private void revoke() {
        client.tokens().revokeToken(
                RevokeTokenRequest.newBuilder().setId(issued.getToken().getId()).build());
    }

    @Test
    void databaseThatDoesNotAnswer_letsNothingInAfterTheLease() throws Exception {
        begin();
        setClosed(true);
        Awaitility.await().atMost(SOON).until(() -> ask(gateway, issued.getPlainToken()) == 503);
        awaitSaid("WARN", "replica admin-1 cannot renew its row");
        awaitSaid("WARN", "lease lapsed");
        assertThat(admin.notReady()).isEqualTo("the database does not answer");
        assertThat(gateway.notReady()).isNotNull();
        setClosed(false);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(200);
        assertThat(admin.notReady()).isNull();
    }

    @Test
    void databaseSetReadOnly_isSeenEverywhereAndOverWhenItIsPutRight() throws Exception {
        begin();
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(200);
        assertThat(listed().getState()).isEqualTo(Gateway.State.READY);
        assertThat(listed().getReplicaId()).isEqualTo("admin-1");

        setReadOnly(true);
        Awaitility.await().atMost(SOON).until(() -> gateway.notReady() != null);
        awaitSaid("WARN", "lease lapsed (the origin answers and gives none; its log says why)");
        awaitSaid("WARN", "the database is read-only", "gateways get no leases");
        awaitSaid("WARN", "replica admin-1 cannot renew its row; its gateways get no leases");
        awaitMetric(admin, "portcullis_database_failures_total\\{reason=\"read_only\"}");
        assertThat(metrics(gateway)).contains("portcullis_ready 0.0");
        assertThat(listed().getState()).isEqualTo(Gateway.State.WAITING);
        // it asks about each request: reading goes on, and what is read is the truth
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(200);
        assertThat(catchThrowableOfType(StatusRuntimeException.class, this::revoke).getStatus()
                .toString()).contains("UNAVAILABLE", "it is read-only; nothing was changed");

        setReadOnly(false);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(200);
        revoke();
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(401);
    }
}
