package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstAdministratorTest extends ServiceFixture {
    @TempDir Path second;

    private FirstAdministrator first(TestStore store) {
        return new FirstAdministrator(
                store.store(), policy, new TokenMint(new TokenFormat("pc"), random), random);
    }

    @Test
    void firstStart_makesOneBySystem() {
        User admin = users.get(ADMIN, "admin");
        assertThat(admin.kind()).isEqualTo(UserKind.SERVICE);
        assertThat(admin.createdBy()).isEqualTo("system");
        assertThat(admin.bindings()).singleElement()
                .matches(binding -> binding.application().equals("*")
                        && binding.role() == Role.ADMIN);
        assertThat(authenticator.authenticate(adminToken, "local", "r").role())
                .isEqualTo(Role.ADMIN);
        List<AuditEvent> events = test.store().read(t -> t.auditAfter(0, 10));
        assertThat(events).extracting(event -> event.entry().action())
                .containsExactly("user.create", "token.issue");
        assertThat(events).extracting(event -> event.actor().userId()).containsOnly("system");
    }

    @Test
    void secondStart_makesNone() {
        assertThat(first(test).makeIfNone(token -> {
            throw new AssertionError("no token may be made");
        })).isFalse();
        assertThat(users.list(ADMIN, UserFilter.all(), PageRequest.first()).items()).hasSize(1);
    }

    @Test
    void severalStartsAtOnce_oneMakesOne() throws Exception {
        ExecutorService starts = Executors.newFixedThreadPool(4);
        try (TestStore empty = TestStore.open(engine, second, clock)) {
            List<String> kept = new CopyOnWriteArrayList<>();
            List<Callable<Boolean>> each = Collections.nCopies(8, () ->
                    first(empty).makeIfNone(token -> kept.add(token.reveal())));
            int made = 0;
            for (Future<Boolean> start : starts.invokeAll(each)) {
                made += start.get() ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
            assertThat(kept).hasSize(1);
        } finally {
            starts.shutdownNow();
        }
    }

    @Test
    void tokenNotKept_noAdministrator() throws Exception {
        try (TestStore empty = TestStore.open(engine, second, clock)) {
            Throwable failure = catchThrowable(() -> first(empty).makeIfNone(token -> {
                throw new IllegalStateException("no room");
            }));
            assertThat(failure).hasMessage("no room");
            assertThat(empty.query("SELECT count(*) FROM users")).containsExactly("|0");
        }
    }

    @Test
    void crashAnywhere_nextStartHasAnAdministratorWhoseTokenWasKept() throws Exception {
        int failAt = 1;
        boolean made = false;
        try (TestStore empty = TestStore.open(engine, second, clock)) {
            while (!made) {
                List<String> kept = new ArrayList<>();
                empty.failAt(failAt);
                Throwable failure = catchThrowable(
                        () -> first(empty).makeIfNone(token -> kept.add(token.reveal())));
                List<String> statements = empty.stopFailing();
                made = failure == null;
                if (made) {
                    assertThat(kept).hasSize(1);
                    Authenticator there = new Authenticator(
                            empty.store(), policy, peppers, usageBuffer, clock);
                    assertThat(there.authenticate(kept.get(0), "local", "r").role())
                            .isEqualTo(Role.ADMIN);
                } else {
                    assertThat(failure).isInstanceOf(ServiceException.class);
                    assertThat(((ServiceException) failure).code()).isEqualTo(Code.UNAVAILABLE);
                    assertThat(empty.query("SELECT count(*) FROM users"))
                            .containsExactly("|0");
                    // kept before the commit, and before it alone
                    assertThat(kept.isEmpty())
                            .isEqualTo(!statements.get(statements.size() - 1)
                                    .matches("COMMIT|SELECT pg_notify.*"));
                }
                failAt++;
            }
        }
        assertThat(failAt).isGreaterThan(10);
    }
}
