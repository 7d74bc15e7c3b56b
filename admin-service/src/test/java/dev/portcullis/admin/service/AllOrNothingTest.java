package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every use case that changes something, failing at every statement it runs, the commit included:
 * each time nothing at all has changed, and afterwards the same call succeeds.
 */
class AllOrNothingTest extends ServiceFixture {
    private Map<String, Runnable> useCases() {
        String id = token("u").token().id();
        Map<String, Runnable> cases = new LinkedHashMap<>();
        cases.put("create", () -> user("new",
                new NewBinding("a", Role.READER), new NewBinding("b", Role.WRITER)));
        cases.put("update", () -> users.update(ADMIN, "u", new UserUpdate(Role.WRITER, true)));
        cases.put("unblock", () -> users.unblock(ADMIN, "u"));
        cases.put("put", () -> bindings.put(ADMIN, Subject.user("u"), Role.READER, "app"));
        cases.put("demote", () -> bindings.put(ADMIN, Subject.user("second"), Role.READER, "*"));
        cases.put("unbind", () -> bindings.delete(ADMIN, Subject.user("u"), "app"));
        cases.put("issue", () -> token("u"));
        cases.put("revoke", () -> tokens.revoke(ADMIN, id));
        cases.put("usage", () -> usages.report(List.of(
                new Usage(id, 1_000, "192.0.2.1"), new Usage(id, 2_000, "192.0.2.2"))));
        cases.put("delete", () -> users.delete(ADMIN, "u"));
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> failingAnywhere_changesNothing() {
        user("u");
        user("second", new NewBinding("*", Role.ADMIN));
        token("second");
        return useCases().entrySet().stream().map(each ->
                DynamicTest.dynamicTest(each.getKey(), () -> check(each.getValue())));
    }

    private void check(Runnable useCase) throws Exception {
        List<String> before = test.dump();
        int failAt = 1;
        while (true) {
            test.failAt(failAt);
            Throwable failure = catchThrowable(useCase::run);
            List<String> statements = test.stopFailing();
            if (failure == null) {
                assertThat(statements).last().isEqualTo("COMMIT");
                assertThat(statements).hasSize(failAt - 1);
                assertThat(test.dump()).isNotEqualTo(before);
                // a transaction, a few rows, a commit: fewer would mean that nothing was tried
                assertThat(failAt).isGreaterThan(5);
                return;
            }
            assertThat(failure).isInstanceOf(ServiceException.class);
            assertThat(test.dump()).as("failed at %s", statements).isEqualTo(before);
            failAt++;
        }
    }
}
