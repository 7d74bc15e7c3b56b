package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.User;
import dev.portcullis.core.access.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two at once edit one user: what either was told is done, is there at the end. */
class ConcurrentEditsTest extends ServiceFixture {
    private static final int EDITS = 25;

    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final CyclicBarrier start = new CyclicBarrier(2);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    private interface Edits {
        void run() throws Exception;
    }

    private void together(Edits one, Edits other) throws Exception {
        List<Future<?>> both = new ArrayList<>();
        for (Edits edits : List.of(one, other)) {
            both.add(pool.submit(() -> {
                start.await();
                edits.run();
                return null;
            }));
        }
        for (Future<?> each : both) {
            each.get();
        }
    }

    @Test
    void differentThingsEdited_neitherIsUndone() throws Exception {
        user("ci");
        for (int i = 0; i < EDITS; i++) {
            groups.create(ADMIN, "g" + i, null);
        }
        long before = test.store().revision();
        together(
                () -> {
                    for (int i = 0; i < EDITS; i++) {
                        users.update(ADMIN, "ci",
                                new UserUpdate("edit " + i, null, i % 2 == 0, null, 0));
                        bindings.put(ADMIN, Subject.user("ci"), Role.READER, "app-" + i);
                    }
                },
                () -> {
                    for (int i = 0; i < EDITS; i++) {
                        groups.addMembers(ADMIN, "g" + i, List.of("ci"));
                    }
                });
        User now = users.get(ADMIN, "ci");
        assertThat(now.description()).isEqualTo("edit " + (EDITS - 1));
        assertThat(now.blocked()).isTrue();
        assertThat(now.bindings()).hasSize(EDITS);
        assertThat(now.groups()).hasSize(EDITS);
        assertThat(test.store().revision()).isEqualTo(before + 3 * EDITS);
        assertThat(now.revision()).isEqualTo(test.store().revision());
    }

    @Test
    void groupsReplacedAtTheRevisionSeen_nothingIsLost() throws Exception {
        user("ci");
        for (int i = 0; i < 2 * EDITS; i++) {
            groups.create(ADMIN, "g" + i, null);
        }
        together(() -> addEach(0), () -> addEach(1));
        assertThat(users.get(ADMIN, "ci").groups())
                .extracting(GroupReference::name)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 2 * EDITS).mapToObj(i -> "g" + i).toList());
    }

    /** Reads all groups, writes them back with one more, and begins anew where that was late. */
    private void addEach(int first) {
        for (int i = first; i < 2 * EDITS; i += 2) {
            boolean done = false;
            while (!done) {
                done = addOne("g" + i);
            }
        }
    }

    private boolean addOne(String group) {
        User seen = users.get(ADMIN, "ci");
        List<String> wanted = new ArrayList<>();
        seen.groups().forEach(each -> wanted.add(each.id()));
        wanted.add(group);
        try {
            users.update(ADMIN, "ci", new UserUpdate(null, null, null, wanted, seen.revision()));
            return true;
        } catch (ServiceException e) {
            assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION);
            return false;
        }
    }
}
