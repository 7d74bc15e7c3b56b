package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest extends ServiceFixture {
    private AuditEvent lastEvent() {
        List<AuditEvent> events = test.store().read(t -> t.auditAfter(0, 1_000));
        return events.get(events.size() - 1);
    }

    private long revision() {
        return test.store().revision();
    }

    @Test
    void created_readableByIdAndName() {
        Committed<User> made = users.create(ADMIN, new NewUser(
                "ci-bot", "Builds.", UserKind.PERSON,
                List.of(new NewBinding("app", Role.READER), new NewBinding("*", Role.AUDITOR))));
        User user = made.value();
        assertThat(user.id()).matches("usr_[0-9A-Za-z]{16}");
        assertThat(user.kind()).isEqualTo(UserKind.PERSON);
        assertThat(user.createdBy()).isEqualTo(ADMIN.userId());
        assertThat(user.createdAt()).isEqualTo(clock.instant());
        assertThat(user.blocked()).isFalse();
        assertThat(user.bindings()).containsExactly(
                new Binding(user.id(), "*", Role.AUDITOR),
                new Binding(user.id(), "app", Role.READER));
        assertThat(made.revision()).isEqualTo(revision());
        assertThat(users.get(AUDITOR, user.id())).isEqualTo(user);
        assertThat(users.get(AUDITOR, "ci-bot")).isEqualTo(user);
    }

    @Test
    void created_auditTellsWhoWhatAndWhence() {
        User user = user("ci-bot", new NewBinding("app", Role.READER));
        AuditEvent event = lastEvent();
        assertThat(event.entry().action()).isEqualTo("user.create");
        assertThat(event.entry().targetId()).isEqualTo(user.id());
        assertThat(event.entry().before()).isNull();
        assertThat(event.entry().after()).isEqualTo("{\"id\":\"" + user.id()
                + "\",\"name\":\"ci-bot\",\"description\":\"\",\"kind\":\"service\","
                + "\"blocked\":false,"
                + "\"bindings\":[{\"application\":\"app\",\"role\":\"reader\"}],\"groups\":[]}");
        assertThat(event.actor().userId()).isEqualTo(ADMIN.userId());
        assertThat(event.actor().source()).isEqualTo("192.0.2.1");
        assertThat(event.actor().requestId()).isEqualTo("req-1");
        assertThat(event.revision()).isEqualTo(revision());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci-bot", "CI-BOT", "ｃｉ-bot"})
    void nameTakenOrAlike_alreadyExists(String second) {
        user("ci-bot");
        refused(() -> user(second), Code.ALREADY_EXISTS);
    }

    @Test
    void nameOfADeletedUser_isNeverGivenAgain() {
        user("ci-bot");
        users.delete(ADMIN, "ci-bot");
        refused(() -> user("ci-bot"), Code.ALREADY_EXISTS);
    }

    @Test
    void makerDeleted_whatTheyMadeGoesOn() {
        user("ops", new NewBinding("*", Role.ADMIN));
        Actor ops = holding(token("ops"));
        User made = users.create(ops, new NewUser("ci-bot", null, null, List.of())).value();
        IssuedToken token = tokens.issue(ops, new NewToken("ci-bot", "nightly", null)).value();

        users.delete(ADMIN, "ops");

        assertThat(users.get(ADMIN, "ci-bot")).isEqualTo(made);
        assertThat(made.createdBy()).isEqualTo(ops.userId());
        assertThat(holding(token).userId()).isEqualTo(made.id());
    }

    @Test
    void deletedUser_isStillNamedByTheAuditLogAndItsIdStaysTaken() throws Exception {
        User user = user("ci-bot");
        users.delete(ADMIN, "ci-bot");

        List<AuditEvent> events = test.store().read(t -> t.auditAfter(0, 1_000));
        assertThat(events.stream().filter(e -> e.entry().targetId().equals(user.id())))
                .extracting(e -> e.entry().action())
                .containsExactly("user.create", "user.delete");
        assertThat(lastEvent().entry().before()).contains("\"name\":\"ci-bot\"");
        assertThat(test.query("SELECT count(*) FROM users WHERE id = '" + user.id() + "'"))
                .containsExactly("|1");
    }

    @Test
    void everyField_isValidatedByName() {
        assertThat(refusedField(() -> user(" x"))).isEqualTo("name");
        assertThat(refusedField(() -> create("x", "y".repeat(1_001), null, null)))
                .isEqualTo("description");
        assertThat(refusedField(() -> create("x", null, UserKind.INTERNAL, null)))
                .isEqualTo("kind");
        assertThat(refusedField(() -> create("x", null, null,
                List.of(new NewBinding("a", Role.READER), new NewBinding("B", Role.READER)))))
                .isEqualTo("bindings[1].application");
        assertThat(refusedField(() -> create("x", null, null, List.of(new NewBinding("a", null)))))
                .isEqualTo("bindings[0].role");
        assertThat(refusedField(() -> create("x", null, null,
                List.of(new NewBinding("a", Role.READER), new NewBinding("a", Role.WRITER)))))
                .isEqualTo("bindings[1].application");
        assertThat(refusedField(() -> create("x", null, null,
                Collections.nCopies(101, new NewBinding("a", Role.READER)))))
                .isEqualTo("bindings");
        assertThat(refusedField(() -> users.get(ADMIN, ""))).isEqualTo("user");
        assertThat(refusedField(() -> users.get(ADMIN, "x".repeat(5_000)))).isEqualTo("user");
    }

    private void create(
            String name, String description, UserKind kind, List<NewBinding> first) {
        users.create(ADMIN, new NewUser(name, description, kind, first));
    }

    @Test
    void auditor_readsButChangesNothing() {
        User user = user("ci-bot");
        assertThat(users.get(AUDITOR, "ci-bot")).isEqualTo(user);
        assertThat(users.list(AUDITOR, UserFilter.all(), PageRequest.first()).items()).hasSize(2);
        refused(() -> users.create(AUDITOR, new NewUser(null, null, null, null)),
                Code.PERMISSION_DENIED);
        refused(() -> users.block(AUDITOR, "ci-bot"), Code.PERMISSION_DENIED);
        refused(() -> users.unblock(AUDITOR, "ci-bot"), Code.PERMISSION_DENIED);
        refused(() -> users.delete(AUDITOR, "ci-bot"), Code.PERMISSION_DENIED);
        refused(() -> users.update(AUDITOR, "ci-bot", new UserUpdate(Role.ADMIN, false)),
                Code.PERMISSION_DENIED);
    }

    @Test
    void readerWriterAndNobody_mayNotEvenRead() {
        for (Role role : new Role[] {Role.READER, Role.WRITER, null}) {
            Actor actor = new Actor("usr_x", "x", role, "192.0.2.3", "req");
            refused(() -> users.get(actor, "nobody"), Code.PERMISSION_DENIED);
            refused(() -> users.list(actor, UserFilter.all(), new PageRequest(-1, "")),
                    Code.PERMISSION_DENIED);
        }
    }

    @Test
    void unknownUser_notFound() {
        assertThat(refused(() -> users.get(ADMIN, "nobody"), Code.NOT_FOUND).getMessage())
                .isEqualTo("user not found");
        refused(() -> users.block(ADMIN, "nobody"), Code.NOT_FOUND);
        refused(() -> users.delete(ADMIN, "nobody"), Code.NOT_FOUND);
    }

    @Test
    void blockedTwice_secondChangesNothing() {
        user("ci-bot");
        Committed<User> first = users.block(ADMIN, "ci-bot");
        assertThat(first.value().blocked()).isTrue();
        assertThat(first.revision()).isEqualTo(revision());
        Committed<User> second = users.block(ADMIN, "ci-bot");
        assertThat(second).isEqualTo(first);
        assertThat(revision()).isEqualTo(first.revision());
        assertThat(users.unblock(ADMIN, "ci-bot").value().blocked()).isFalse();
        assertThat(lastEvent().entry().action()).isEqualTo("user.unblock");
        assertThat(lastEvent().entry().before()).contains("\"blocked\":true");
        assertThat(lastEvent().entry().after()).contains("\"blocked\":false");
    }

    @Test
    void updated_roleAndBlockInOneRevision() {
        User user = user("ci-bot", new NewBinding("*", Role.READER));
        long before = revision();
        Committed<User> updated =
                users.update(ADMIN, "ci-bot", new UserUpdate(Role.WRITER, true));
        assertThat(updated.revision()).isEqualTo(before + 1);
        assertThat(updated.value().blocked()).isTrue();
        assertThat(updated.value().bindings())
                .containsExactly(new Binding(user.id(), "*", Role.WRITER));
        assertThat(users.update(ADMIN, "ci-bot", new UserUpdate(Role.WRITER, true)).revision())
                .isEqualTo(before + 1);
        assertThat(users.update(ADMIN, "ci-bot", new UserUpdate(null, null)).revision())
                .isEqualTo(before + 1);
    }

    @Test
    void deleted_goneWithCredentialsRevoked() {
        User user = user("ci-bot");
        IssuedToken token = token("ci-bot");
        Committed<User> deleted = users.delete(ADMIN, "ci-bot");
        assertThat(deleted.value()).isEqualTo(user);
        refused(() -> users.get(ADMIN, "ci-bot"), Code.NOT_FOUND);
        refused(() -> users.get(ADMIN, user.id()), Code.NOT_FOUND);
        refused(() -> users.delete(ADMIN, "ci-bot"), Code.NOT_FOUND);
        assertThat(tokens.get(ADMIN, token.token().id()).state()).isEqualTo(TokenState.REVOKED);
        assertThat(lastEvent().entry().after())
                .isEqualTo("{\"deleted\":true,\"revoked_credentials\":1}");
    }

    @Test
    void lastAdministrator_cannotBeShutOut() {
        refused(() -> users.block(ADMIN, "admin"), Code.FAILED_PRECONDITION);
        refused(() -> users.delete(ADMIN, "admin"), Code.FAILED_PRECONDITION);
        refused(() -> users.update(ADMIN, "admin", new UserUpdate(Role.READER, null)),
                Code.FAILED_PRECONDITION);
        refused(() -> bindings.put(ADMIN, Subject.user("admin"), Role.WRITER, "*"),
                Code.FAILED_PRECONDITION);
        refused(() -> bindings.delete(ADMIN, Subject.user("admin"), "*"),
                Code.FAILED_PRECONDITION);
        assertThat(users.get(ADMIN, "admin").blocked()).isFalse();
    }

    @Test
    void administratorWithoutAToken_doesNotCountAsAnother() {
        user("second", new NewBinding("*", Role.ADMIN));
        assertThat(refused(() -> users.delete(ADMIN, "admin"), Code.FAILED_PRECONDITION)
                .getMessage()).contains("issue a token");
        IssuedToken token = token("second");
        tokens.revoke(ADMIN, token.token().id());
        refused(() -> users.delete(ADMIN, "admin"), Code.FAILED_PRECONDITION);
        token("second");
        users.delete(ADMIN, "admin");
        refused(() -> users.block(ADMIN, "second"), Code.FAILED_PRECONDITION);
    }

    @Test
    void administratorWhoseTokenHasExpired_doesNotCountAsAnother() {
        user("second", new NewBinding("*", Role.ADMIN));
        token("second");
        clock.advance(policy.defaultLifetime());
        refused(() -> users.block(ADMIN, "admin"), Code.FAILED_PRECONDITION);
    }

    @Test
    void administratorOfOneApplication_isNoAdministrator() {
        user("second", new NewBinding("app", Role.ADMIN));
        token("second");
        refused(() -> users.block(ADMIN, "admin"), Code.FAILED_PRECONDITION);
        users.block(ADMIN, "second");
    }

    @Test
    void listed_byPagesInOrderOfCreation() {
        List<String> names = new ArrayList<>(List.of("admin"));
        for (int i = 0; i < 11; i++) {
            user("u" + (99 - i));
            names.add("u" + (99 - i));
        }
        users.delete(ADMIN, "u95");
        names.remove("u95");
        List<String> seen = new ArrayList<>();
        String next = "";
        int pages = 0;
        do {
            Page<User> page = users.list(ADMIN, UserFilter.all(), new PageRequest(4, next));
            page.items().forEach(user -> seen.add(user.name()));
            next = page.nextPageToken();
            pages++;
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(names);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void listed_byKind() {
        create("p", null, UserKind.PERSON, null);
        assertThat(users.list(ADMIN, new UserFilter(UserKind.PERSON), PageRequest.first()).items())
                .extracting(User::name).containsExactly("p");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "!!", "MTp4Og", "LTE6eA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk6eA"})
    void pageTokenNotOurs_isRefused(String token) {
        assertThat(refusedField(() ->
                users.list(ADMIN, UserFilter.all(), new PageRequest(5, token))))
                .isEqualTo("page_token");
        assertThat(refusedField(() ->
                users.list(ADMIN, UserFilter.all(), new PageRequest(1_001, null))))
                .isEqualTo("page_size");
    }
}
