package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.Dump;
import dev.portcullis.admin.store.TestStore;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every use case that changes something, failing at every statement it runs, the commit included:
 * each time nothing at all has changed and the audit log is in order, and afterwards the same call
 * succeeds.
 */
class AllOrNothingTest extends ServiceFixture {
    private static final int STATEMENTS_MAX = 300;

    static Stream<String> useCases() {
        return new WritingUseCases().acts().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("useCases")
    void failingAnywhere_changesNothing(String name) throws Exception {
        WritingUseCases cases = new WritingUseCases();
        cases.prepare(this);
        WritingUseCases.Act act = cases.acts().get(name);
        List<String> rows = test.dump();
        String dump = export();
        int failAt = 1;
        Throwable failure = failAt(failAt, act);
        while (failure != null) {
            assertThat(failure).isInstanceOf(ServiceException.class);
            // what fails for another reason would fail for ever
            assertThat(failAt).as("refused for itself: %s", failure).isLessThan(STATEMENTS_MAX);
            // and with the rows the audit log, and whatever else is made of them
            assertThat(test.dump()).as("failed at statement %d", failAt).isEqualTo(rows);
            failAt++;
            failure = failAt(failAt, act);
        }
        // a transaction, a row, a commit: fewer would mean that nothing was tried
        assertThat(failAt).isGreaterThan(3);
        assertThat(export()).isNotEqualTo(dump);
    }

    /** What the use case threw; where it succeeds, it has come to its commit before that. */
    private Throwable failAt(int statement, WritingUseCases.Act act) {
        test.failAt(statement);
        Throwable failure = catchThrowable(() -> act.run(this));
        List<String> statements = test.stopFailing();
        if (failure == null) {
            assertThat(statements).hasSize(statement - 1).last().isEqualTo("COMMIT");
        }
        return failure;
    }

    private String export() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Dump.export(TestStore.config(engine, directory), out, (done, total) -> {});
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyUseCaseThatWrites_isTried() {
        List<String> tried = useCases().map(name -> name.split(",")[0]).distinct().toList();
        List<String> writing = new ArrayList<>();
        for (Class<?> each : List.of(
                Users.class, Groups.class, Bindings.class, Tokens.class, Keys.class,
                KeyExchange.class, ForeignImport.class)) {
            for (Method method : each.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())
                        && method.getReturnType() == Committed.class) {
                    writing.add(each.getSimpleName() + "." + method.getName());
                }
            }
        }
        assertThat(writing).hasSizeGreaterThan(22);
        assertThat(tried).containsAll(writing);
    }
}
