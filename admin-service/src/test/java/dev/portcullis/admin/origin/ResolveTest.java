package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.core.access.Principal;
import dev.portcullis.proto.origin.v1.CredentialKind;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.ReportUsageRequest;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.Role;
import dev.portcullis.proto.origin.v1.Usage;
import dev.portcullis.proto.origin.v1.UserKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ResolveTest extends OriginFixture {
    private ResolveResponse credential(String prefix) {
        return blocking().resolve(
                ResolveRequest.newBuilder().setCredentialPrefix(prefix).build());
    }

    private ResolveResponse user(String id) {
        return blocking().resolve(ResolveRequest.newBuilder().setUserId(id).build());
    }

    private static Status.Code refused(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call).getStatus().getCode();
    }

    @Test
    void credential_comesWithItsPrincipalAndRevision() {
        bindings.put(system, Subject.user("ci"), dev.portcullis.core.access.Role.WRITER, "app");
        bindings.put(system, Subject.user("ci"), dev.portcullis.core.access.Role.AUDITOR, "*");
        Token token = tokens.issue(
                system, new NewToken("ci", "t", new TokenLifetime.For(Duration.ofHours(1))))
                .value().token();
        ResolveResponse response = credential(token.id());
        assertThat(response.getAsOf()).isEqualTo(test.store().revision());
        CredentialRecord record = response.getCredential();
        assertThat(record.getPrefix()).isEqualTo(token.id());
        assertThat(record.getKind()).isEqualTo(CredentialKind.CREDENTIAL_KIND_ACCESS_TOKEN);
        assertThat(record.getHashAlgorithm()).isEqualTo(HashAlgorithm.HASH_ALGORITHM_SHA_256);
        assertThat(record.getHash().size()).isEqualTo(32);
        assertThat(record.getState()).isEqualTo(CredentialState.CREDENTIAL_STATE_LIVE);
        assertThat(record.getExpiresAtMs())
                .isEqualTo(time.instant().plus(Duration.ofHours(1)).toEpochMilli());
        assertThat(record.getUserId()).isEqualTo(userId());
        assertThat(response.getPrincipal().getUserId()).isEqualTo(userId());
        assertThat(response.getPrincipal().getName()).isEqualTo("ci");
        assertThat(response.getPrincipal().getKind()).isEqualTo(UserKind.USER_KIND_SERVICE);
        assertThat(response.getPrincipal().getRolesMap()).containsOnly(
                Map.entry("app", Role.ROLE_WRITER),
                Map.entry(Principal.ALL_APPLICATIONS, Role.ROLE_AUDITOR));
    }

    @Test
    void unknownKeys_answeredWithARevisionAndNoRecord() {
        ResolveResponse response = credential("0123456789ab");
        assertThat(response.hasCredential()).isFalse();
        assertThat(response.hasPrincipal()).isFalse();
        assertThat(response.getAsOf()).isEqualTo(1);
        assertThat(user("usr_nobody").hasPrincipal()).isFalse();
    }

    @Test
    void deadRecords_areRecordsToo() {
        String id = issue();
        tokens.revoke(system, id);
        users.block(system, "ci");
        ResolveResponse response = credential(id);
        assertThat(response.getCredential().getState())
                .isEqualTo(CredentialState.CREDENTIAL_STATE_REVOKED);
        assertThat(response.getPrincipal().getBlocked()).isTrue();
        String userId = userId();
        users.delete(system, "ci");
        assertThat(credential(id).hasPrincipal()).isFalse();
        assertThat(credential(id).hasCredential()).isTrue();
        assertThat(user(userId).hasPrincipal()).isFalse();
    }

    @Test
    void malformedQuestions_areRefused() {
        assertThat(refused(() -> credential("short"))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused(() -> credential("0123456789a!")))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused(() -> user(""))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused(() -> user("x".repeat(65)))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused(() -> blocking().resolve(ResolveRequest.getDefaultInstance())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void databaseCannotBeRead_unavailable() {
        String id = issue();
        credential(id);
        test.failAt(1);
        assertThat(refused(() -> credential(id))).isEqualTo(Status.Code.UNAVAILABLE);
        test.stopFailing();
        assertThat(credential(id).hasCredential()).isTrue();
    }

    @Test
    void workersBusyAndQueueFull_unavailableAtOnce() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            workers.execute(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(refused(() -> credential("0123456789ab"))).isEqualTo(Status.Code.UNAVAILABLE);
        release.countDown();
    }

    @Test
    void usage_arrives() {
        String id = issue();
        long at = time.millis() - 1_000;
        blocking().reportUsage(ReportUsageRequest.newBuilder()
                .setGatewayId("g")
                .addUsages(Usage.newBuilder()
                        .setPrefix(id).setLastUsedAtMs(at).setSource("192.0.2.9"))
                .build());
        assertThat(tokens.get(system, id).lastUsedAt()).isEqualTo(Instant.ofEpochMilli(at));
        assertThat(tokens.get(system, id).lastUsedFrom()).isEqualTo("192.0.2.9");
        assertThat(refused(() -> blocking().reportUsage(ReportUsageRequest.newBuilder()
                        .addUsages(Usage.newBuilder().setPrefix("x").setLastUsedAtMs(1))
                        .build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    /** Read at or behind the revision of its revocation a record says revoked, before it live. */
    @Test
    void recordsReadWhileTheyAreRevoked_areOfTheRevisionTheySayTheyAre() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.add(issue());
        }
        List<Observation> seen = new ArrayList<>();
        ConcurrentHashMap<String, Long> revokedAt = new ConcurrentHashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(3);
        Future<?> reader = pool.submit(() -> {
            int next = 0;
            while (!done.get()) {
                String id = ids.get(next++ % ids.size());
                ResolveResponse response = credential(id);
                boolean revoked = response.getCredential().getState()
                        == CredentialState.CREDENTIAL_STATE_REVOKED;
                seen.add(new Observation(id, response.getAsOf(), revoked));
            }
        });
        List<Future<?>> revokers = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            List<String> mine = ids.subList(half * 30, half * 30 + 30);
            revokers.add(pool.submit(() -> mine.forEach(id ->
                    revokedAt.put(id, tokens.revoke(system, id).revision()))));
        }
        for (Future<?> revoker : revokers) {
            revoker.get();
        }
        done.set(true);
        reader.get();
        pool.shutdown();
        assertThat(seen).hasSizeGreaterThan(20);
        for (Observation each : seen) {
            assertThat(each.revoked)
                    .as("%s, revoked at %s", each, revokedAt.get(each.id))
                    .isEqualTo(each.asOf >= revokedAt.get(each.id));
        }
    }

    private record Observation(String id, long asOf, boolean revoked) {}
}
