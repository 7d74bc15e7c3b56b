package dev.portcullis.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.NetBirdFormat;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.WatchResponse.MessageCase;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FakeOriginTest {
    private final BlockingQueue<WatchResponse> told = new LinkedBlockingQueue<>();
    private FakeOrigin origin;

    @BeforeEach
    void start() throws IOException {
        origin = FakeOrigin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    @Test
    void token_resolvesWithItsUser() {
        String token = origin.addToken(origin.addUser("ci", "app", Role.WRITER));
        assertThat(token).matches(new TokenFormat("pc").pattern());
        ResolveResponse answer = resolve(token);
        assertThat(answer.getCredential().getUserId()).isEqualTo("user-ci");
        assertThat(answer.getCredential().getHash().size()).isEqualTo(32);
        assertThat(answer.getPrincipal().getRolesMap())
                .containsEntry("app", dev.portcullis.proto.origin.v1.Role.ROLE_WRITER);
        assertThat(answer.getAsOf()).isPositive();
        assertThat(answer.toString()).doesNotContain(token.substring(17, 60));
        byte[] text = token.getBytes(StandardCharsets.US_ASCII);
        assertThat(new TokenFormat("pc").parse(text, 0, text.length)).isNotNull();
    }

    @Test
    void everyFormOfCredential_resolvesWithItsRecord() {
        String user = origin.addUser("ci", Role.READER);
        String key = origin.addToken(user, CredentialKind.API_KEY, 0);
        String exchanged = origin.exchange(key);
        origin.expireAt(key, 77);
        ResolveResponse answer = resolve(exchanged);
        assertThat(answer.getCredential().getParentPrefix()).isEqualTo(FakeOrigin.prefixOf(key));
        assertThat(answer.getParent().getExpiresAtMs()).isEqualTo(77);
        assertThat(answer.getParent()).isEqualTo(resolve(key).getCredential());
        assertThat(resolve(key).hasParent()).isFalse();

        String imported = origin.importToken(user);
        assertThat(imported).matches("nbp_[0-9A-Za-z]{36}");
        byte[] text = imported.getBytes(StandardCharsets.US_ASCII);
        assertThat(new NetBirdFormat().parse(text, 0, text.length).prefix())
                .hasToString(resolve(imported).getCredential().getPrefix());

        String peppered = origin.addToken(user, Pepper.of("p-1", new byte[32]));
        assertThat(resolve(peppered).getCredential().getPepperId()).isEqualTo("p-1");

        origin.restrict(peppered, only -> only.addCidrs("192.0.2.0/24"));
        origin.restrict(peppered, only -> only.addApplications("a"));
        origin.replaceAt(peppered, 99);
        CredentialRecord narrowed = resolve(peppered).getCredential();
        assertThat(narrowed.getRestrictions().getCidrsList()).containsExactly("192.0.2.0/24");
        assertThat(narrowed.getRestrictions().getApplicationsList()).containsExactly("a");
        assertThat(narrowed.getReplacedAtMs()).isEqualTo(99);
    }

    @Test
    void unknownToken_resolvesToNothing() {
        ResolveResponse answer = resolve(origin.unknownToken());
        assertThat(answer.hasCredential()).isFalse();
        assertThat(answer.hasPrincipal()).isFalse();
        assertThat(answer.getAsOf()).isPositive();
    }

    @Test
    void revocation_isPushedAndAwaitsTheAck() throws Exception {
        String token = origin.addToken(origin.addUser("ci", Role.READER));
        StreamObserver<WatchRequest> gateway = watch();
        long revision = origin.revoke(token);
        WatchResponse change = next(MessageCase.CHANGES);
        assertThat(change.getChanges().getChanges(0).getKeysList())
                .containsExactly("c:" + FakeOrigin.prefixOf(token));
        assertThat(change.getChanges().getChanges(0).getRevision()).isEqualTo(revision);
        gateway.onNext(WatchRequest.newBuilder()
                .setAck(Ack.newBuilder().setRevision(revision).setSequence(2))
                .build());
        origin.awaitAcked(revision);
        assertThat(next(MessageCase.LEASE).getLease().getSequence()).isEqualTo(2);
        assertThat(resolve(token).getCredential().getState())
                .isEqualTo(CredentialState.CREDENTIAL_STATE_REVOKED);
        assertThat(resolve(token).getAsOf()).isEqualTo(revision);
    }

    @Test
    void block_changesThePrincipal() throws Exception {
        String user = origin.addUser("ci", Role.READER);
        String token = origin.addToken(user);
        watch();
        origin.block(user);
        assertThat(next(MessageCase.CHANGES).getChanges().getChanges(0).getKeysList())
                .containsExactly("p:user-ci");
        assertThat(resolve(token).getPrincipal().getBlocked()).isTrue();
        origin.unblock(user);
        assertThat(resolve(token).getPrincipal().getBlocked()).isFalse();
    }

    @Test
    void down_streamsBreakAndQuestionsFail() throws Exception {
        String token = origin.addToken(origin.addUser("ci", Role.READER));
        watch();
        origin.setDown(true);
        assertThat(origin.watchers()).isZero();
        assertThatThrownBy(() -> resolve(token)).isInstanceOf(StatusRuntimeException.class);
        origin.setDown(false);
        assertThat(resolve(token).hasCredential()).isTrue();
    }

    @Test
    void silent_questionsWait() {
        String token = origin.addToken(origin.addUser("ci", Role.READER));
        origin.setSilent(true);
        assertThatThrownBy(() -> OriginServiceGrpc.newBlockingStub(origin.channel())
                .withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                .resolve(question(token)))
                .isInstanceOf(StatusRuntimeException.class);
        origin.setSilent(false);
        assertThat(resolve(token).hasCredential()).isTrue();
    }

    private StreamObserver<WatchRequest> watch() throws InterruptedException {
        StreamObserver<WatchRequest> gateway = OriginServiceGrpc.newStub(origin.channel())
                .watch(new StreamObserver<>() {
                    @Override
                    public void onNext(WatchResponse message) {
                        told.add(message);
                    }

                    @Override
                    public void onError(Throwable error) {}

                    @Override
                    public void onCompleted() {}
                });
        gateway.onNext(WatchRequest.newBuilder()
                .setHello(Hello.newBuilder().setGatewayId("g").setSequence(1))
                .build());
        next(MessageCase.CAUGHT_UP);
        assertThat(next(MessageCase.LEASE).getLease().getSequence()).isEqualTo(1);
        return gateway;
    }

    private WatchResponse next(MessageCase wanted) throws InterruptedException {
        while (true) {
            WatchResponse message = told.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("a message of kind " + wanted).isNotNull();
            if (message.getMessageCase() == wanted) {
                return message;
            }
        }
    }

    private ResolveResponse resolve(String token) {
        return OriginServiceGrpc.newBlockingStub(origin.channel()).resolve(question(token));
    }

    private static ResolveRequest question(String token) {
        return ResolveRequest.newBuilder()
                .setCredentialPrefix(FakeOrigin.prefixOf(token))
                .build();
    }
}
