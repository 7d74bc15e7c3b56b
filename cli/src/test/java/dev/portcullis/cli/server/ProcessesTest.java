package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RemoveGatewayRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;

/** Admin-service and gateways apart from each other, over real sockets. */
class ProcessesTest extends LinkedProcesses {
    @Test
    void enrolledGateway_servesAndHearsOfRevocations() throws Exception {
        startAdmin();
        GatewayProcess gateway = startGateway(enroll("edge-1"));
        assertThat(gateway.awaitReady(SOON)).isTrue();
        IssueTokenResponse issued = token("ci");
        assertThat(issued.getPropagation().getState()).isEqualTo(Propagation.State.PROPAGATED);
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(200);
        assertThat(client.tokens().revokeToken(RevokeTokenRequest.newBuilder()
                        .setId(issued.getToken().getId()).build()).getPropagation().getState())
                .isEqualTo(Propagation.State.PROPAGATED);
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(401);
        assertThat(metrics(admin)).contains("portcullis_origin_streams 1.0");
    }

    @Test
    void removedGateway_hasStoppedWhenThatIsPropagated() throws Exception {
        startAdmin("--max-staleness", "1s");
        Path first = enroll("edge-1");
        GatewayProcess gateway = startGateway(first);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        String token = token("ci").getPlainToken();
        assertThat(ask(gateway, token)).isEqualTo(200);
        assertThat(client.gateways().removeGateway(
                        RemoveGatewayRequest.newBuilder().setName("edge-1").build())
                .getPropagation().getState()).isEqualTo(Propagation.State.PROPAGATED);
        assertThat(ask(gateway, token)).isEqualTo(503);
        awaitMetric(gateway, "portcullis_origin_streams_ended_total\\{reason=\"not_admitted\"}");
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"credential_ended\"}");

        // another credential in the same file, and it is back without a restart
        Files.move(enroll("edge-2"), first, StandardCopyOption.REPLACE_EXISTING);
        gateway.reloadCertificates();
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, token)).isEqualTo(200);
    }

    @Test
    void credentials_areWorthNothingInEachOthersPlace() throws Exception {
        startAdmin();
        Path enrolled = enroll("edge-1");
        GatewayProcess gateway = startGateway(enrolled);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, Files.readString(enrolled).strip())).isEqualTo(403);

        GatewayProcess other = startGateway(secret("admin",
                Files.readString(admin.bootstrapTokenFile()).strip()));
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"not_allowed\"}");
        assertThat(other.notReady()).isNotNull();
    }

    @Test
    void tls_isVerifiedAtBothEnds() throws Exception {
        LinkPem pem = new LinkPem(temporary, "ours");
        LinkPem stranger = new LinkPem(temporary, "stranger");
        LinkPem.Pair server = pem.server("127.0.0.1");
        startAdmin("--origin-tls-certificate", server.certificate().toString(),
                "--origin-tls-key", server.key().toString(),
                "--origin-tls-client-ca", pem.ca().toString());
        Path token = enroll("edge-1");
        LinkPem.Pair own = pem.client();
        GatewayProcess good = startGateway(token, "--origin-ca", pem.ca().toString(),
                "--origin-certificate", own.certificate().toString(),
                "--origin-key", own.key().toString());
        assertThat(good.awaitReady(SOON)).isTrue();

        GatewayProcess bare = startGateway(token, "--origin-ca", pem.ca().toString());
        GatewayProcess deceived = startGateway(token, "--origin-ca", stranger.ca().toString());
        GatewayProcess plain = startGateway(token);
        awaitMetric(bare, "portcullis_origin_streams_ended_total\\{reason=\"handshake\"}");
        awaitMetric(deceived, "portcullis_origin_streams_ended_total\\{reason=\"handshake\"}");
        awaitMetric(plain, "portcullis_origin_streams_ended_total\\{reason=\"lost\"}");
        for (GatewayProcess refused : new GatewayProcess[] {bare, deceived, plain}) {
            assertThat(refused.notReady()).isNotNull();
        }
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"handshake_failed\"}");
        assertThat(good.notReady()).isNull();
    }

    @Test
    void certificateForAnotherHost_isNotBelieved() throws Exception {
        LinkPem pem = new LinkPem(temporary, "ours");
        LinkPem.Pair server = pem.server("127.0.0.2");
        startAdmin("--origin-tls-certificate", server.certificate().toString(),
                "--origin-tls-key", server.key().toString());
        GatewayProcess gateway =
                startGateway(enroll("edge-1"), "--origin-ca", pem.ca().toString());
        awaitMetric(gateway, "portcullis_origin_streams_ended_total\\{reason=\"handshake\"}");
        assertThat(gateway.notReady()).isNotNull();

        // the right one in its place, and it is believed without a restart
        LinkPem.Pair right = pem.server("127.0.0.1");
        Files.move(right.key(), server.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(right.certificate(), server.certificate(),
                StandardCopyOption.REPLACE_EXISTING);
        admin.reloadCertificates();
        assertThat(gateway.awaitReady(SOON)).isTrue();
    }

    @Test
    void originThatIsNotThere_isLeftForAnother() throws Exception {
        startAdmin();
        Path token = enroll("edge-1");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone.close();
            GatewayProcess gateway = startGateway(token, "--origin",
                    "127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:" + gone.getLocalPort()
                            + "," + origin());
            assertThat(gateway.awaitReady(SOON)).isTrue();
            assertThat(metrics(gateway)).containsPattern("portcullis_origin_moves_total \\d");
        }
    }

    @Test
    void secondGatewayOfAnId_isRefusedAndBothSidesSaySo() throws Exception {
        startAdmin();
        Path token = enroll("edge-1");
        GatewayProcess first = startGateway(token, "--gateway-id", "twin");
        assertThat(first.awaitReady(SOON)).isTrue();
        GatewayProcess second = startGateway(token, "--gateway-id", "twin");
        awaitMetric(second, "portcullis_origin_streams_ended_total\\{reason=\"id_taken\"}");
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"id_taken\"}");
        assertThat(first.notReady()).isNull();
        assertThat(second.notReady()).isNotNull();
    }
}
