package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups as users see them: at their making, in updates, and at their end. */
class MembershipTest extends ServiceFixture {
    private User create(String name, List<String> groupNames, boolean createGroup) {
        return users.create(ADMIN,
                new NewUser(name, null, null, List.of(), groupNames, createGroup)).value();
    }

    private User update(String user, String... groupNames) {
        return users.update(ADMIN, user,
                new UserUpdate(null, null, null, List.of(groupNames), 0)).value();
    }

    private List<String> names(User user) {
        return user.groups().stream().map(GroupReference::name).toList();
    }

    private List<AuditEvent> events() {
        return test.store().read(t -> t.auditAfter(0, 1_000));
    }

    @Test
    void userMadeInGroups_isInThemAndInTheirOwn() {
        String b = groups.create(ADMIN, "b", null).value().id();
        groups.create(ADMIN, "a", null);
        long at = test.store().revision();
        User made = create("ci", List.of(b, "A", "b"), true);
        assertThat(names(made)).containsExactly("a", "b", "ci");
        assertThat(users.get(ADMIN, "ci")).isEqualTo(made);
        assertThat(made.revision()).isEqualTo(at + 1);
        assertThat(groups.get(ADMIN, "b").memberCount()).isEqualTo(1);
        assertThat(groups.get(ADMIN, "ci").memberCount()).isEqualTo(1);
        assertThat(events().subList(events().size() - 2, events().size()))
                .extracting(event -> event.entry().action())
                .containsExactly("group.create", "user.create");
        assertThat(events().get(events().size() - 1).entry().after())
                .contains("\"groups\":[{\"id\":", "\"name\":\"ci\"");
    }

    @Test
    void ownGroupWhoseNameIsTaken_leavesNoUserEither() {
        groups.create(ADMIN, "CI", null);
        assertThat(refused(() -> create("ci", List.of(), true), Code.ALREADY_EXISTS)
                .getMessage()).contains("group");
        refused(() -> users.get(ADMIN, "ci"), Code.NOT_FOUND);
        create("ci", List.of("CI"), false);
        assertThat(refusedField(() -> create("a,b", List.of(), true))).isEqualTo("name");
        create("a,b", List.of(), false);
        assertThat(refused(() -> create("ci", List.of(), true), Code.ALREADY_EXISTS)
                .getMessage()).contains("user");
    }

    @Test
    void groupsOfANewUser_areValidated() {
        assertThat(refusedField(() -> create("x", Collections.nCopies(101, "g"), false)))
                .isEqualTo("groups");
        assertThat(refusedField(() -> create("x", List.of(""), false))).isEqualTo("groups[0]");
        assertThat(refused(() -> create("x", List.of("g"), false), Code.NOT_FOUND).getMessage())
                .isEqualTo("groups[0]: group not found");
        List<String> hundred = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            groups.create(ADMIN, "g" + i, null);
            hundred.add("g" + i);
        }
        refused(() -> create("x", hundred, true), Code.RESOURCE_EXHAUSTED);
        assertThat(create("x", hundred, false).groups()).hasSize(100);
        groups.create(ADMIN, "one more", null);
        update("x", "one more", "g0");
        assertThat(groups.get(ADMIN, "g1").memberCount()).isZero();
    }

    @Test
    void updatedWithGroups_leavesSomeAndJoinsOthersInOneStep() {
        for (String name : new String[] {"a", "b", "c"}) {
            groups.create(ADMIN, name, null);
        }
        User made = create("ci", List.of("a", "b"), false);
        Committed<User> updated = users.update(ADMIN, "ci",
                new UserUpdate("Builds.", Role.READER, true, List.of("b", "c"), made.revision()));
        assertThat(updated.revision()).isEqualTo(made.revision() + 1);
        assertThat(names(updated.value())).containsExactly("b", "c");
        assertThat(updated.value().description()).isEqualTo("Builds.");
        assertThat(updated.value().blocked()).isTrue();
        assertThat(test.store().<List<Change>>read(
                t -> t.changesAfter(made.revision(), 100)))
                .extracting(Change::revision, Change::keys)
                .containsExactly(tuple(updated.revision(), List.of("p:" + made.id())));
        assertThat(events().subList(events().size() - 3, events().size()))
                .extracting(event -> event.entry().action())
                .containsExactly("user.update", "binding.put", "user.block");
        AuditEvent event = events().get(events().size() - 3);
        assertThat(event.entry().before()).contains("\"name\":\"a\"", "\"description\":\"\"");
        assertThat(event.entry().after()).contains("\"name\":\"c\"", "Builds.")
                .doesNotContain("\"name\":\"a\"");
        assertThat(groups.get(ADMIN, "a").memberCount()).isZero();
        assertThat(groups.get(ADMIN, "a").revision()).isEqualTo(updated.revision());
        assertThat(names(update("ci"))).isEmpty();
    }

    @Test
    void updatedToWhatIsSo_changesNothing() {
        groups.create(ADMIN, "a", null);
        User made = create("ci", List.of("a"), false);
        long at = test.store().revision();
        Committed<User> same = users.update(
                ADMIN, "ci", new UserUpdate("", null, false, List.of("A"), made.revision()));
        assertThat(same).isEqualTo(new Committed<>(made, made.revision()));
        assertThat(test.store().revision()).isEqualTo(at);
    }

    @Test
    void revisionThatIsNoLongerTheUsers_isRefused() {
        User made = user("ci");
        groups.create(ADMIN, "g", List.of("ci"));
        assertThat(refused(() -> users.update(ADMIN, "ci",
                new UserUpdate("x", null, null, null, made.revision())),
                Code.FAILED_PRECONDITION).getMessage()).contains("changed");
        long now = users.get(ADMIN, "ci").revision();
        users.update(ADMIN, "ci", new UserUpdate("x", null, null, null, now));
        refused(() -> users.update(ADMIN, "ci", new UserUpdate("y", null, null, null, now)),
                Code.FAILED_PRECONDITION);
        assertThat(users.get(ADMIN, "ci").description()).isEqualTo("x");
    }

    @Test
    void updatesFields_areValidated() {
        user("ci");
        assertThat(refusedField(() -> users.update(ADMIN, "ci",
                new UserUpdate("x".repeat(1_001), null, null, null, 0))))
                .isEqualTo("description");
        String[] many = Collections.nCopies(101, "g").toArray(new String[0]);
        assertThat(refusedField(() -> update("ci", many))).isEqualTo("groups");
        refused(() -> update("ci", "g"), Code.NOT_FOUND);
        refused(() -> update("nobody"), Code.NOT_FOUND);
    }

    @Test
    void deletedUser_leavesTheirGroupsAndLosesWhatTheyGave() {
        groups.create(ADMIN, "g", null);
        User made = create("ci", List.of("g"), false);
        users.delete(ADMIN, "ci");
        assertThat(groups.get(ADMIN, "g").memberCount()).isZero();
        assertThat(groups.get(ADMIN, "g").revision()).isEqualTo(test.store().revision());
        assertThat(test.store().<Object>read(t -> t.principal(made.id()))).isNull();
        AuditEvent event = events().get(events().size() - 1);
        assertThat(event.entry().before()).contains("\"name\":\"g\"");
    }

    @Test
    void internalUser_isInNoGroupAndCannotBeMade() throws Exception {
        user("gateway");
        groups.create(ADMIN, "g", null);
        TestStore.alter(directory, "UPDATE users SET kind = 'internal' WHERE name = 'gateway'");
        refused(() -> groups.addMembers(ADMIN, "g", List.of("gateway")),
                Code.FAILED_PRECONDITION);
        refused(() -> groups.update(ADMIN, "g", null, List.of("gateway")),
                Code.FAILED_PRECONDITION);
        refused(() -> groups.create(ADMIN, "h", List.of("gateway")), Code.FAILED_PRECONDITION);
        refused(() -> update("gateway", "g"), Code.FAILED_PRECONDITION);
        refused(() -> users.update(ADMIN, "gateway", new UserUpdate(Role.READER, null)),
                Code.FAILED_PRECONDITION);
        refused(() -> bindings.put(ADMIN, Subject.user("gateway"), Role.READER, "app"),
                Code.FAILED_PRECONDITION);
        assertThat(groups.get(ADMIN, "g").memberCount()).isZero();
        assertThat(users.block(ADMIN, "gateway").value().blocked()).isTrue();
    }
}
