package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody's change shuts out the last administrator, who is one by a group. */
class LastAdministratorTest extends ServiceFixture {
    /** Of user "ops", member of "admins". */
    private String opsToken;

    /** The first administrator goes; "ops" administers by the group "admins", and nobody else. */
    @BeforeEach
    void leaveOneByGroup() {
        user("ops");
        groups.create(ADMIN, "admins", List.of("ops"));
        groups.create(ADMIN, "other", List.of("ops"));
        bindings.put(ADMIN, Subject.group("admins"), Role.ADMIN, "*");
        opsToken = token("ops").token().id();
        users.delete(ADMIN, "admin");
    }

    private Map<String, Runnable> waysOut() {
        Map<String, Runnable> ways = new LinkedHashMap<>();
        ways.put("block", () -> users.block(ADMIN, "ops"));
        ways.put("delete", () -> users.delete(ADMIN, "ops"));
        ways.put("leave", () -> groups.removeMembers(ADMIN, "admins", List.of("ops")));
        ways.put("replace members", () -> groups.update(ADMIN, "admins", null, List.of()));
        ways.put("replace groups", () -> users.update(
                ADMIN, "ops", new UserUpdate(null, null, null, List.of("other"), 0)));
        ways.put("delete group", () -> groups.delete(ADMIN, "admins"));
        ways.put("demote group",
                () -> bindings.put(ADMIN, Subject.group("admins"), Role.WRITER, "*"));
        ways.put("unbind group", () -> bindings.delete(ADMIN, Subject.group("admins"), "*"));
        return ways;
    }

    @Test
    void everyWayOut_isShut() throws Exception {
        List<String> before = test.dump();
        for (Map.Entry<String, Runnable> way : waysOut().entrySet()) {
            assertThat(refused(way.getValue()::run, Code.FAILED_PRECONDITION).getMessage())
                    .as(way.getKey()).contains("issue a token");
            assertThat(test.dump()).as(way.getKey()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "block", "delete", "leave", "replace members", "replace groups", "delete group",
        "demote group", "unbind group"
    })
    void everyWayOut_isOpenWhileAnotherCanAct(String way) {
        user("second", new NewBinding("*", Role.ADMIN));
        token("second");
        waysOut().get(way).run();
    }

    @Test
    void anotherByTheSameGroup_doesNotHelpWhenTheGroupGoes() {
        user("second");
        token("second");
        groups.addMembers(ADMIN, "admins", List.of("second"));
        refused(() -> groups.delete(ADMIN, "admins"), Code.FAILED_PRECONDITION);
        users.block(ADMIN, "ops");
        refused(() -> users.block(ADMIN, "second"), Code.FAILED_PRECONDITION);
    }

    @Test
    void roleGivenTwice_mayBeTakenOnce() {
        bindings.put(ADMIN, Subject.user("ops"), Role.ADMIN, "*");
        groups.delete(ADMIN, "admins");
        refused(() -> bindings.delete(ADMIN, Subject.user("ops"), "*"),
                Code.FAILED_PRECONDITION);
    }

    @Test
    void ownRoleExchangedForAGroup_inOneStep() {
        bindings.put(ADMIN, Subject.user("ops"), Role.ADMIN, "*");
        groups.removeMembers(ADMIN, "admins", List.of("ops"));
        refused(() -> users.update(ADMIN, "ops", new UserUpdate(Role.READER, null)),
                Code.FAILED_PRECONDITION);
        users.update(ADMIN, "ops",
                new UserUpdate(null, Role.READER, null, List.of("admins"), 0));
        assertThat(users.get(ADMIN, "ops").groups()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "max_role = 'writer'", "applications = 'shop'", "kind = 'api_key'",
        "expires_at = 1", "state = 'revoked'"
    })
    void anotherWhoseTokenCannotAdminister_doesNotCount(String flaw) throws Exception {
        user("second", new NewBinding("*", Role.ADMIN));
        String id = token("second").token().id();
        TestStore.alter(directory,
                "UPDATE credentials SET " + flaw + " WHERE prefix = '" + id + "'");
        refused(() -> users.block(ADMIN, "ops"), Code.FAILED_PRECONDITION);
    }

    @Test
    void lastToken_isTheLastAdministratorsToKeep() {
        refused(() -> test.store().write(transaction -> {
            transaction.credentialWriter().revoke(opsToken);
            LastAdministrator.checkRemainsWithout(
                    transaction, Views.find(transaction, "ops"));
            return null;
        }), Code.FAILED_PRECONDITION);
        assertThat(tokens.get(ADMIN, opsToken).state().name()).isEqualTo("LIVE");
        user("nobody");
        String harmless = token("nobody").token().id();
        test.store().write(transaction -> {
            transaction.credentialWriter().revoke(harmless);
            transaction.audit(ADMIN, new dev.portcullis.admin.store.AuditEntry(
                    "token.revoke", "token", harmless, null, null));
            LastAdministrator.checkRemainsWithout(
                    transaction, Views.find(transaction, "nobody"));
            return null;
        });
    }
}
