package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.store.Engine;
import dev.portcullis.core.access.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups of any size: by an index, in few statements, and with few changed keys. */
@ParameterizedClass
@EnumSource(Engine.class)
class LargeGroupsTest {
    private static final String GROUP = "grp_aaaaaaaaaaaaaaaa";
    private static final int MEMBERS = WriteTransaction.KEYS_MAX + 1;

    @Parameter Engine engine;
    @TempDir Path directory;
    private TestStore test;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        test = TestStore.open(engine, directory, new SettableClock());
        store = test.store();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static String userId(int number) {
        return String.format("usr_%016d", number);
    }

    private interface Work {
        void on(GroupWriter groups, GroupRow group) throws java.sql.SQLException;
    }

    /** Changes the group, and answers with the keys that changed. */
    private List<String> change(Work work) {
        long before = store.revision();
        store.write(transaction -> {
            work.on(transaction.groups(), transaction.groups().group(GROUP));
            transaction.audit(Samples.ADMIN, Samples.entry("group.x"));
            return null;
        });
        List<Change> changes = store.read(t -> t.changesAfter(before, 5_000));
        assertThat(changes).hasSize(1);
        return changes.get(0).keys();
    }

    private void makeGroup(int members) {
        store.write(transaction -> {
            transaction.groups().insert(GROUP, "g", "g", "system");
            transaction.audit(Samples.ADMIN, Samples.entry("group.create"));
            return null;
        });
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            ids.add(userId(i));
        }
        for (int from = 0; from < members; from += 500) {
            List<String> some = ids.subList(from, Math.min(from + 500, members));
            store.write(transaction -> {
                for (String id : some) {
                    transaction.insertUser(Samples.user(id), "system");
                }
                transaction.groups().addMembers(GROUP, some);
                transaction.audit(Samples.ADMIN, Samples.entry("user.create"));
                return null;
            });
        }
    }

    @Test
    void changeOfManyMembers_isOneOfEveryPrincipal() throws Exception {
        makeGroup(MEMBERS);
        assertThat(change((groups, g) -> groups.rename(g, "h", "h"))).containsExactly("p:*");
        assertThat(change((groups, g) ->
                groups.putBinding(g, new Binding(GROUP, "app", Role.READER))))
                .containsExactly("p:*");
        assertThat(change((groups, g) -> groups.removeMembers(GROUP, List.of(userId(0)))))
                .containsExactly("p:" + userId(0));
        // one fewer, and each is named
        assertThat(change((groups, g) -> groups.deleteBinding(g, "app")))
                .hasSize(WriteTransaction.KEYS_MAX);
        assertThat(change((groups, g) -> groups.removeOthers(g, List.of(userId(7)))))
                .hasSize(WriteTransaction.KEYS_MAX - 1).doesNotContain("p:" + userId(7));
        assertThat(change((groups, g) -> groups.delete(g))).containsExactly("p:" + userId(7));
        assertThat(test.query("SELECT count(*) FROM memberships")).containsExactly("|0");
    }

    @Test
    void memberCount_isThatOfTheMemberships() throws Exception {
        makeGroup(5);
        change((groups, g) -> groups.removeMembers(GROUP, List.of(userId(1), userId(3))));
        change((groups, g) -> groups.addMembers(GROUP, List.of(userId(1))));
        change((groups, g) -> groups.removeOthers(g, List.of(userId(0), userId(1))));
        assertThat(test.query("SELECT member_count FROM groups")).containsExactly("|2");
        assertThat(test.query("SELECT user_id FROM memberships ORDER BY user_id"))
                .containsExactly("|" + userId(0), "|" + userId(1));
    }

    @Test
    void changeOfAnEmptyGroup_hasAKeyOfNobody() {
        makeGroup(0);
        assertThat(change((groups, g) -> groups.rename(g, "h", "h")))
                .containsExactly("p:" + GROUP);
        assertThat(change((groups, g) -> groups.delete(g))).containsExactly("p:" + GROUP);
    }

    @Test
    void statements_areAsManyWhateverTheGroupsSize() {
        makeGroup(MEMBERS);
        test.failAt(0);
        change((groups, g) -> groups.delete(g));
        assertThat(test.stopFailing()).hasSizeLessThan(20);
    }

    @Test
    void everyQueryOfGroups_isByAnIndex() throws Exception {
        makeGroup(1);
        String user = userId(0);
        List<String> some = List.of(user, user);
        test.failAt(0);
        store.read(t -> t.groups().group(GROUP));
        store.read(t -> t.groups().groupByNameKey("g"));
        store.read(t -> t.groups().groups("g", 5));
        store.read(t -> t.groups().groupsAmong(some, some));
        store.read(t -> t.groups().members(GROUP, Cursor.START, 5));
        store.read(t -> t.groups().memberIds(GROUP, 5));
        store.read(t -> t.groups().membersAmong(GROUP, some));
        store.read(t -> t.groups().othersThan(GROUP, some, 5));
        store.read(t -> t.groups().userInMoreGroups(some, 5));
        store.read(t -> t.groups().bindings(GROUP));
        store.read(t -> t.groups().binding(GROUP, "app"));
        store.read(t -> t.groups().anyGives(some, "*", Role.ADMIN));
        store.read(t -> t.groups().inherited(user, "app"));
        store.read(t -> t.usersAmong(some, some));
        store.read(t -> t.isBound("app"));
        store.read(t -> t.isAdministrator(user));
        store.read(t -> t.hasAdministrator(7));
        List<String> queries = selects(20);
        for (String query : queries) {
            test.assertByIndexes(query);
        }
    }

    /** Those of one user are at most a hundred groups, which may be sorted by name. */
    @Test
    void groupsAndRolesOfAUser_areFoundByAnIndex() throws Exception {
        makeGroup(1);
        test.failAt(0);
        store.read(t -> t.principal(userId(0)));
        for (String query : selects(3)) {
            assertThat(test.plan(query)).as(query)
                    .noneMatch(step -> step.contains("SCAN") || step.contains("Seq Scan"));
        }
    }

    private List<String> selects(int expected) {
        List<String> queries = test.stopFailing().stream()
                .filter(sql -> sql.startsWith("SELECT")).toList();
        assertThat(queries).hasSizeGreaterThanOrEqualTo(expected);
        return queries;
    }
}
