package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.Member;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupsTest extends ServiceFixture {
    private long revision() {
        return test.store().revision();
    }

    private List<String> keysAfter(long revision) {
        List<Change> changes = test.store().read(t -> t.changesAfter(revision, 5_000));
        assertThat(changes).hasSize(1);
        return changes.get(0).keys();
    }

    private List<AuditEvent> events() {
        return test.store().read(t -> t.auditAfter(0, 1_000));
    }

    private String lastAction() {
        return events().get(events().size() - 1).entry().action();
    }

    private Principal principal(User user) {
        return test.store().read(t -> t.principal(user.id()));
    }

    private Group group(String name, String... members) {
        return groups.create(ADMIN, name, List.of(members)).value();
    }

    private List<String> members(String group) {
        return groups.members(AUDITOR, group, PageRequest.first()).items().stream()
                .map(Member::userName).toList();
    }

    @Test
    void created_readableByIdAndName() {
        User ci = user("ci");
        Committed<Group> made = groups.create(ADMIN, "builders", List.of("ci", ci.id(), "CI"));
        Group group = made.value();
        assertThat(group.id()).matches("grp_[0-9A-Za-z]{16}");
        assertThat(group.name()).isEqualTo("builders");
        assertThat(group.createdAt()).isEqualTo(clock.instant());
        assertThat(group.createdBy()).isEqualTo(ADMIN.userId());
        assertThat(group.memberCount()).isEqualTo(1);
        assertThat(group.bindings()).isEmpty();
        assertThat(group.revision()).isEqualTo(made.revision()).isEqualTo(revision());
        assertThat(groups.get(AUDITOR, group.id())).isEqualTo(group);
        assertThat(groups.get(AUDITOR, "BUILDERS")).isEqualTo(group);
        assertThat(groups.members(AUDITOR, "builders", PageRequest.first()).items())
                .containsExactly(new Member(ci.id(), "ci"));
        assertThat(users.get(AUDITOR, "ci").groups())
                .containsExactly(new GroupReference(group.id(), "builders"));
        assertThat(users.get(AUDITOR, "ci").revision()).isEqualTo(made.revision());
    }

    @Test
    void members_inheritBindingsAndLoseThemWithTheGroup() {
        User ci = user("ci", new NewUser.NewBinding("app", Role.READER));
        group("writers", "ci");
        group("Auditors", "ci");
        bindings.put(ADMIN, Subject.group("writers"), Role.WRITER, "app");
        bindings.put(ADMIN, Subject.group("auditors"), Role.AUDITOR, "app");
        bindings.put(ADMIN, Subject.group("auditors"), Role.AUDITOR, "*");
        assertThat(principal(ci).roles())
                .containsOnly(java.util.Map.entry("app", Role.WRITER),
                        java.util.Map.entry("*", Role.AUDITOR));
        assertThat(principal(ci).groups()).containsExactly("Auditors", "writers");
        assertThat(users.get(ADMIN, "ci").bindings())
                .containsExactly(new Binding(ci.id(), "app", Role.READER));
        groups.removeMembers(ADMIN, "auditors", List.of("ci"));
        assertThat(principal(ci).roles()).containsOnlyKeys("app");
        groups.delete(ADMIN, "writers");
        assertThat(principal(ci).roleOn("app")).isEqualTo(Role.READER);
        assertThat(principal(ci).groups()).isEmpty();
    }

    @Test
    void adminByGroup_mayAdminister() {
        User ops = user("ops");
        String token = token("ops").plain().reveal();
        group("admins", "ops");
        bindings.put(ADMIN, Subject.group("admins"), Role.ADMIN, "*");
        Actor actor = authenticator.authenticate(token, "192.0.2.9", "req");
        assertThat(actor.userId()).isEqualTo(ops.id());
        assertThat(actor.role()).isEqualTo(Role.ADMIN);
        groups.removeMembers(ADMIN, "admins", List.of("ops"));
        assertThat(authenticator.authenticate(token, "192.0.2.9", "req").role()).isNull();
    }

    @Test
    void auditorWhoIsAReaderByAGroup_isAReaderAlone() {
        user("eve", new NewUser.NewBinding("*", Role.AUDITOR));
        IssuedToken token = token("eve");
        assertThat(holding(token).role()).isEqualTo(Role.AUDITOR);
        group("readers", "eve");
        bindings.put(ADMIN, Subject.group("readers"), Role.READER, "*");

        Actor reader = holding(token);

        assertThat(reader.role()).isEqualTo(Role.READER);
        refused(() -> users.get(reader, "eve"), Code.PERMISSION_DENIED);
    }

    @Test
    void everyChange_isOneOfEachMemberInOneRevision() {
        String a = "p:" + user("a").id();
        String b = "p:" + user("b").id();
        user("c");
        String[] both = a.compareTo(b) < 0 ? new String[] {a, b} : new String[] {b, a};
        long at = revision();
        group("g", "a", "b");
        List<String> made = keysAfter(at);
        assertThat(made).contains(both).hasSize(3);
        at = revision();
        bindings.put(ADMIN, Subject.group("g"), Role.READER, "app");
        assertThat(keysAfter(at)).containsExactly(both);
        at = revision();
        bindings.put(ADMIN, Subject.group("g"), Role.WRITER, "app");
        assertThat(keysAfter(at)).containsExactly(both);
        at = revision();
        groups.rename(ADMIN, "g", "h");
        assertThat(keysAfter(at)).containsExactly(both);
        at = revision();
        bindings.delete(ADMIN, Subject.group("h"), "app");
        assertThat(keysAfter(at)).containsExactly(both);
        at = revision();
        groups.removeMembers(ADMIN, "h", List.of("b", "c"));
        assertThat(keysAfter(at)).containsExactly(b);
        at = revision();
        groups.addMembers(ADMIN, "h", List.of("a", "b"));
        assertThat(keysAfter(at)).containsExactly(b);
        at = revision();
        groups.delete(ADMIN, "h");
        assertThat(keysAfter(at)).containsExactly(both);
    }

    @Test
    void whatIsSoAlready_changesNothing() {
        user("a");
        Group made = group("g", "a");
        bindings.put(ADMIN, Subject.group("g"), Role.READER, "app");
        Group group = groups.get(ADMIN, "g");
        assertThat(group.revision()).isGreaterThan(made.revision());
        long at = revision();
        Committed<Group> same = new Committed<>(group, group.revision());
        assertThat(groups.rename(ADMIN, "g", "g")).isEqualTo(same);
        assertThat(groups.addMembers(ADMIN, "g", List.of("a"))).isEqualTo(same);
        assertThat(groups.removeMembers(ADMIN, "g", List.of("admin"))).isEqualTo(same);
        assertThat(groups.update(ADMIN, "g", null, null)).isEqualTo(same);
        assertThat(groups.update(ADMIN, "g", "g", List.of("a"))).isEqualTo(same);
        assertThat(bindings.put(ADMIN, Subject.group("g"), Role.READER, "app").revision())
                .isEqualTo(group.revision());
        assertThat(revision()).isEqualTo(at);
    }

    @Test
    void renamed_membersAreCalledSo() {
        User a = user("a");
        Group group = group("g", "a");
        Committed<Group> renamed = groups.rename(ADMIN, "g", "G");
        assertThat(renamed.value().id()).isEqualTo(group.id());
        assertThat(principal(a).groups()).containsExactly("G");
        groups.rename(ADMIN, "G", "other");
        group("g");
        assertThat(principal(a).groups()).containsExactly("other");
        AuditEvent event = events().get(events().size() - 2);
        assertThat(event.entry().action()).isEqualTo("group.rename");
        assertThat(event.entry().before()).contains("\"name\":\"G\"");
        assertThat(event.entry().after()).contains("\"name\":\"other\"");
    }

    @Test
    void updated_nameAndMembersInOneRevision() {
        List.of("a", "b", "c").forEach(this::user);
        group("g", "a", "b");
        long at = revision();
        Committed<Group> updated = groups.update(ADMIN, "g", "h", List.of("b", "c"));
        assertThat(updated.revision()).isEqualTo(at + 1).isEqualTo(revision());
        assertThat(updated.value().name()).isEqualTo("h");
        assertThat(updated.value().memberCount()).isEqualTo(2);
        assertThat(members("h")).containsExactly("b", "c");
        assertThat(events()).extracting(event -> event.entry().action())
                .endsWith("group.rename", "group.members_add", "group.members_remove");
        assertThat(groups.update(ADMIN, "h", null, List.of()).value().memberCount()).isZero();
        assertThat(members("h")).isEmpty();
    }

    @Test
    void deleted_nameMayBeGivenAgainButIdNot() {
        user("a");
        Group group = group("g", "a");
        bindings.put(ADMIN, Subject.group("g"), Role.READER, "app");
        Group before = groups.get(ADMIN, "g");
        assertThat(groups.delete(ADMIN, "g").value()).isEqualTo(before);
        AuditEvent event = events().get(events().size() - 1);
        assertThat(event.entry().action()).isEqualTo("group.delete");
        assertThat(event.entry().targetKind()).isEqualTo("group");
        assertThat(event.entry().before())
                .contains("\"member_count\":1", users.get(ADMIN, "a").id(), "\"reader\"");
        refused(() -> groups.get(ADMIN, "g"), Code.NOT_FOUND);
        refused(() -> groups.get(ADMIN, group.id()), Code.NOT_FOUND);
        assertThat(group("g").id()).isNotEqualTo(group.id());
        assertThat(users.get(ADMIN, "a").groups()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Builders", "ｂuilders", "BUILDERS"})
    void nameTakenOrAlike_alreadyExists(String name) {
        group("builders");
        group("other");
        refused(() -> group(name), Code.ALREADY_EXISTS);
        refused(() -> groups.rename(ADMIN, "other", name), Code.ALREADY_EXISTS);
        refused(() -> groups.update(ADMIN, "other", name, null), Code.ALREADY_EXISTS);
    }

    @Test
    void everyField_isValidatedByName() {
        group("g");
        List<String> many = Collections.nCopies(1_001, "admin");
        assertThat(refusedField(() -> groups.create(ADMIN, "", null))).isEqualTo("name");
        assertThat(refusedField(() -> groups.create(ADMIN, "a,b", null))).isEqualTo("name");
        assertThat(refusedField(() -> groups.create(ADMIN, "x", many))).isEqualTo("members");
        assertThat(refusedField(() -> groups.create(ADMIN, "x", List.of("admin", ""))))
                .isEqualTo("members[1]");
        assertThat(refusedField(() -> groups.rename(ADMIN, "g", "grp_0123456789abcdEF")))
                .isEqualTo("name");
        assertThat(refusedField(() -> groups.addMembers(ADMIN, "g", List.of())))
                .isEqualTo("users");
        assertThat(refusedField(() -> groups.removeMembers(ADMIN, "g", null))).isEqualTo("users");
        assertThat(refusedField(() -> groups.addMembers(ADMIN, "g", many))).isEqualTo("users");
        assertThat(refusedField(() -> groups.update(ADMIN, "g", null, many)))
                .isEqualTo("members");
        assertThat(refusedField(() -> groups.get(ADMIN, ""))).isEqualTo("group");
        assertThat(refusedField(() -> groups.delete(ADMIN, "x".repeat(5_000))))
                .isEqualTo("group");
    }

    @Test
    void unknownGroupOrMember_notFound() {
        group("g");
        assertThat(refused(() -> groups.get(ADMIN, "x"), Code.NOT_FOUND).getMessage())
                .isEqualTo("group not found");
        assertThat(refused(() -> groups.addMembers(ADMIN, "g", List.of("admin", "x")),
                Code.NOT_FOUND).getMessage()).isEqualTo("users[1]: user not found");
        user("gone");
        users.delete(ADMIN, "gone");
        refused(() -> groups.addMembers(ADMIN, "g", List.of("gone")), Code.NOT_FOUND);
        refused(() -> groups.create(ADMIN, "h", List.of("nobody")), Code.NOT_FOUND);
        refused(() -> groups.get(ADMIN, "h"), Code.NOT_FOUND);
        refused(() -> groups.rename(ADMIN, "x", "y"), Code.NOT_FOUND);
        refused(() -> groups.delete(ADMIN, "x"), Code.NOT_FOUND);
        refused(() -> groups.members(ADMIN, "x", PageRequest.first()), Code.NOT_FOUND);
    }

    @Test
    void auditor_readsButChangesNothing_andOthersNotEvenThat() {
        group("g");
        assertThat(groups.list(AUDITOR, PageRequest.first()).items()).hasSize(1);
        Actor reader = new Actor("usr_x", "x", Role.READER, "192.0.2.3", "req");
        refused(() -> groups.get(reader, ""), Code.PERMISSION_DENIED);
        refused(() -> groups.list(reader, new PageRequest(-1, "")), Code.PERMISSION_DENIED);
        refused(() -> groups.members(reader, "", PageRequest.first()), Code.PERMISSION_DENIED);
        refused(() -> groups.create(AUDITOR, null, null), Code.PERMISSION_DENIED);
        refused(() -> groups.rename(AUDITOR, "g", null), Code.PERMISSION_DENIED);
        refused(() -> groups.update(AUDITOR, "g", null, null), Code.PERMISSION_DENIED);
        refused(() -> groups.addMembers(AUDITOR, "g", null), Code.PERMISSION_DENIED);
        refused(() -> groups.removeMembers(AUDITOR, "g", null), Code.PERMISSION_DENIED);
        refused(() -> groups.delete(AUDITOR, "g"), Code.PERMISSION_DENIED);
    }

    @Test
    void listed_inTheOrderOfNamesByPages() {
        for (String name : new String[] {"b", "A", "é", "c", "Z", "机"}) {
            group(name);
        }
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            Page<Group> page = groups.list(ADMIN, new PageRequest(2, next));
            page.items().forEach(each -> seen.add(each.name()));
            next = page.nextPageToken();
            if (seen.size() == 2) {
                // what is gone by the next page leaves its place
                groups.delete(ADMIN, "b");
            }
        } while (!next.isEmpty());
        assertThat(seen).containsExactly("A", "b", "c", "Z", "é", "机");
    }

    @Test
    void cursorFromElsewhere_isRefused() {
        user("a");
        user("b");
        group("g", "a", "b");
        group("h");
        String ofUsers = users.list(ADMIN, UserFilter.all(), new PageRequest(1, ""))
                .nextPageToken();
        String ofGroups = groups.list(ADMIN, new PageRequest(1, "")).nextPageToken();
        assertThat(ofUsers).isNotEmpty();
        assertThat(ofGroups).isNotEmpty();
        for (String token : new String[] {ofUsers, "!", "bmFtZTo", "_w", "x".repeat(9_999)}) {
            assertThat(refusedField(() -> groups.list(ADMIN, new PageRequest(1, token))))
                    .isEqualTo("page_token");
        }
        assertThat(refusedField(() -> groups.members(ADMIN, "g", new PageRequest(1, ofGroups))))
                .isEqualTo("page_token");
        assertThat(refusedField(() -> groups.list(ADMIN, new PageRequest(1_001, ""))))
                .isEqualTo("page_size");
    }

    @Test
    void members_listedInTheOrderOfCreationByPages() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            names.add("u" + (9 - i));
            user("u" + (9 - i));
        }
        group("g", "u3", "u9", "u5");
        groups.addMembers(ADMIN, "g", names);
        users.delete(ADMIN, "u6");
        names.remove("u6");
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            Page<Member> page = groups.members(ADMIN, "g", new PageRequest(4, next));
            page.items().forEach(each -> seen.add(each.userName()));
            next = page.nextPageToken();
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(names);
        assertThat(groups.get(ADMIN, "g").memberCount()).isEqualTo(6);
    }

    @Test
    void userInTooManyGroups_isExhausted() {
        user("a");
        for (int i = 0; i < GroupSteps.GROUPS_OF_USER_MAX; i++) {
            group("g" + i, "a");
        }
        group("last");
        assertThat(refused(() -> groups.addMembers(ADMIN, "last", List.of("admin", "a")),
                Code.RESOURCE_EXHAUSTED).getMessage()).contains("100");
        refused(() -> groups.create(ADMIN, "more", List.of("a")), Code.RESOURCE_EXHAUSTED);
        refused(() -> groups.update(ADMIN, "last", null, List.of("a")), Code.RESOURCE_EXHAUSTED);
        assertThat(members("last")).isEmpty();
        groups.addMembers(ADMIN, "last", List.of("admin"));
    }

    @Test
    void groupWithTooManyBindings_isExhausted() {
        group("g");
        for (int i = 0; i < BindingSteps.BINDINGS_MAX; i++) {
            bindings.put(ADMIN, Subject.group("g"), Role.READER, "app-" + i);
        }
        refused(() -> bindings.put(ADMIN, Subject.group("g"), Role.READER, "app"),
                Code.RESOURCE_EXHAUSTED);
        bindings.put(ADMIN, Subject.group("g"), Role.WRITER, "app-7");
    }

    @Test
    void tooManyApplicationsBetweenAllBindings_isExhausted() throws Exception {
        user("a");
        TestStore.alter(directory, "INSERT INTO bindings WITH RECURSIVE n(i) AS (SELECT 1"
                + " UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
                + " SELECT (SELECT id FROM users WHERE name = 'a'), 'u-' || i, 'reader' FROM n");
        Group g = group("g");
        TestStore.alter(directory, "INSERT INTO group_bindings WITH RECURSIVE n(i) AS (SELECT 1"
                + " UNION ALL SELECT i + 1 FROM n WHERE i < 3998)"
                + " SELECT '" + g.id() + "', 'g-' || i, 'reader' FROM n");
        group("h");
        // with the first administrator's, on all applications, that makes 9,999
        bindings.put(ADMIN, Subject.group("h"), Role.READER, "new");
        refused(() -> bindings.put(ADMIN, Subject.group("h"), Role.READER, "newer"),
                Code.RESOURCE_EXHAUSTED);
        refused(() -> user("b", new NewUser.NewBinding("newer", Role.READER)),
                Code.RESOURCE_EXHAUSTED);
        bindings.put(ADMIN, Subject.group("h"), Role.READER, "u-6000");
    }

    @Test
    void groupBindings_areListedAndAudited() {
        Group g = group("g");
        bindings.put(ADMIN, Subject.group("g"), Role.WRITER, "b");
        bindings.put(ADMIN, Subject.group(g.id()), Role.READER, "a");
        assertThat(bindings.list(AUDITOR, Subject.group("g"))).containsExactly(
                new Binding(g.id(), "a", Role.READER), new Binding(g.id(), "b", Role.WRITER));
        assertThat(groups.get(ADMIN, "g").bindings()).hasSize(2);
        bindings.delete(ADMIN, Subject.group("g"), "a");
        assertThat(lastAction()).isEqualTo("binding.delete");
        AuditEvent event = events().get(events().size() - 1);
        assertThat(event.entry().targetKind()).isEqualTo("group");
        assertThat(event.entry().targetId()).isEqualTo(g.id());
        refused(() -> bindings.delete(ADMIN, Subject.group("g"), "a"), Code.NOT_FOUND);
        refused(() -> bindings.list(ADMIN, Subject.group("x")), Code.NOT_FOUND);
        refused(() -> bindings.put(ADMIN, Subject.group("x"), Role.READER, "a"), Code.NOT_FOUND);
        assertThat(refusedField(() -> bindings.list(ADMIN, Subject.group(null))))
                .isEqualTo("group");
    }
}
