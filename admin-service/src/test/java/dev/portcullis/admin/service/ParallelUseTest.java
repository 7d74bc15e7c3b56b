package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.store.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Many callers at once: nothing is lost, and revisions tell the order. */
class ParallelUseTest extends ServiceFixture {
    private static final int CALLERS = 6;
    private static final int EACH = 15;

    /** What one caller did to one token. */
    private record Done(String id, long issuedAt, long revokedAt) {}

    @Test
    void issuesAndRevokesInParallel_allThereInRevisionOrder() throws Exception {
        user("ci-bot");
        long before = test.store().revision();
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
        List<Future<List<Done>>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(pool.submit(this::issueAndRevoke));
        }
        List<Done> done = new ArrayList<>();
        for (Future<List<Done>> caller : callers) {
            done.addAll(caller.get());
        }
        pool.shutdown();
        List<Long> revisions = new ArrayList<>();
        for (Done each : done) {
            assertThat(each.revokedAt).isGreaterThan(each.issuedAt);
            revisions.add(each.issuedAt);
            revisions.add(each.revokedAt);
        }
        assertThat(revisions).doesNotHaveDuplicates().hasSize(2 * CALLERS * EACH);
        List<Change> log = test.store().read(t -> t.changesAfter(before, 5_000));
        assertThat(log).hasSize(2 * CALLERS * EACH);
        for (Done each : done) {
            assertThat(log.get((int) (each.issuedAt - before - 1)).keys())
                    .containsExactly("c:" + each.id);
            assertThat(log.get((int) (each.revokedAt - before - 1)).keys())
                    .containsExactly("c:" + each.id);
        }
        assertThat(tokens.list(ADMIN, new TokenFilter("ci-bot", TokenState.REVOKED),
                new PageRequest(1_000, "")).items()).hasSize(CALLERS * EACH);
    }

    private List<Done> issueAndRevoke() {
        List<Done> done = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            Committed<IssuedToken> issued = tokens.issue(
                    ADMIN, new NewToken("ci-bot", "t", new TokenLifetime.Standard()));
            String id = issued.value().token().id();
            Committed<Token> revoked = tokens.revoke(ADMIN, id);
            done.add(new Done(id, issued.revision(), revoked.revision()));
        }
        return done;
    }

    @Test
    void sameTokenRevokedByMany_oneRevisionForAll() throws Exception {
        user("ci-bot");
        String id = token("ci-bot").token().id();
        long before = test.store().revision();
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
        List<Future<Long>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(pool.submit(() -> tokens.revoke(ADMIN, id).revision()));
        }
        for (Future<Long> caller : callers) {
            assertThat(caller.get()).isEqualTo(before + 1);
        }
        pool.shutdown();
        assertThat(test.store().revision()).isEqualTo(before + 1);
    }
}
