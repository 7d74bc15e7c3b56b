package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Explanation;
import dev.portcullis.admin.model.Explanation.ExplainedBinding;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessRules.Answer;
import dev.portcullis.core.access.Role;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainTest extends ServiceFixture {
    private static final String BY_METHOD = ", by the method alone: the routes are not known"
            + " here, and a rule of theirs at a gateway may say otherwise";

    private Explain explain;

    @BeforeEach
    void make() {
        explain = new Explain(test.store(), clock);
    }

    private Explanation user(String user, String method, String application) {
        return explain.explain(AUDITOR,
                new ExplainQuery(user, null, application, method, null, null));
    }

    private Explanation token(String id, String application) {
        return explain.explain(AUDITOR, new ExplainQuery(null, id, application, "", "/x", ""));
    }

    @Test
    void allowedByAGroup_isToldWithTheDecidingBindingFirst() {
        User ci = user("ci", new NewBinding("shop", Role.READER));
        String ops = groups.create(ADMIN, "ops", List.of("ci")).value().id();
        bindings.put(ADMIN, Subject.group("ops"), Role.WRITER, "*");
        bindings.put(ADMIN, Subject.group("ops"), Role.ADMIN, "other");
        Explanation told = user("ci", "POST", "shop");
        assertThat(told.allowed()).isTrue();
        assertThat(told.code()).isEmpty();
        assertThat(told.access()).isEqualTo(Access.WRITE);
        assertThat(told.role()).isEqualTo(Role.WRITER);
        assertThat(told.bindings()).containsExactly(
                new ExplainedBinding(new Binding(ops, "*", Role.WRITER), "ops"),
                new ExplainedBinding(new Binding(ci.id(), "shop", Role.READER), ""));
        assertThat(told.reasons()).containsExactly(
                "POST writes" + BY_METHOD,
                "the user ci is not blocked",
                "the role is writer, by the binding of the group ops on all applications",
                "the role writer may write");
    }

    private Explanation at(String user, String method, String path) {
        return explain.explain(
                AUDITOR, new ExplainQuery(user, null, "shop", method, path, null));
    }

    /** A gateway's routes know better than the method what a request needs. */
    @Test
    void ruleOfARoute_decidesInsteadOfTheMethod() {
        user("ci", new NewBinding("shop", Role.READER));
        explain.by((application, method, path) -> switch (application + " " + path) {
            case "shop /search" -> new Answer(Access.READ, null, "a rule says that it reads");
            case "shop /go" -> new Answer(Access.WRITE, null, "a rule says that it writes");
            case "shop /health" -> new Answer(null, null, "it is open");
            case "shop /x;y" -> new Answer(null, "path_ambiguous", "it is refused");
            default -> null;
        });
        assertThat(at("ci", "POST", "/search")).satisfies(told -> {
            assertThat(told.allowed()).isTrue();
            assertThat(told.access()).isEqualTo(Access.READ);
            assertThat(told.reasons()).startsWith("a rule says that it reads")
                    .endsWith("the role reader may read");
        });
        assertThat(at("ci", "GET", "/go")).satisfies(told -> {
            assertThat(told.code()).isEqualTo("write_denied");
            assertThat(told.access()).isEqualTo(Access.WRITE);
            assertThat(told.reasons()).startsWith("a rule says that it writes")
                    .endsWith("the role reader may not write");
        });
        assertThat(at("ci", "POST", "/other").code()).isEqualTo("write_denied");
    }

    @Test
    void requestOfWhichNobodyAsksWhoSentIt_isAllowedOrRefusedAtOnce() {
        user("nobody");
        explain.by((application, method, path) -> path.equals("/health")
                ? new Answer(null, null, "it is open")
                : new Answer(null, "path_ambiguous", "it is refused"));
        assertThat(at("nobody", "POST", "/health")).satisfies(told -> {
            assertThat(told.allowed()).isTrue();
            assertThat(told.access()).isNull();
            assertThat(told.reasons()).containsExactly("it is open");
        });
        assertThat(at("nobody", "GET", "/x;y")).satisfies(told -> {
            assertThat(told.allowed()).isFalse();
            assertThat(told.code()).isEqualTo("path_ambiguous");
            assertThat(told.reasons()).containsExactly("it is refused");
        });
        assertThat(at("nobody", "TRACE", "/health").code()).isEqualTo("method_not_allowed");
    }

    @Test
    void methodLeftOut_isAGet() {
        user("ci", new NewBinding("shop", Role.READER));
        for (String none : new String[] {null, ""}) {
            assertThat(user("ci", none, "shop").reasons()).first()
                    .isEqualTo("GET reads" + BY_METHOD);
        }
        assertThat(user("ci", "get", "shop").code()).isEqualTo("write_denied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT"})
    void methodThatIsNeverServed_isToldSo(String method) {
        user("ci", new NewBinding("shop", Role.ADMIN));
        Explanation told = user("ci", method, "shop");
        assertThat(told.allowed()).isFalse();
        assertThat(told.code()).isEqualTo("method_not_allowed");
        assertThat(told.reasons()).containsExactly("no gateway serves " + method);
    }

    @Test
    void tokenThroughItsLife_isToldByTheClock() {
        user("ci", new NewBinding("shop", Role.READER));
        String id = token("ci").token().id();
        Explanation live = token(id, "shop");
        assertThat(live.allowed()).isTrue();
        assertThat(live.reasons()).containsExactly(
                "GET reads" + BY_METHOD,
                "access token " + id + " is live until "
                        + clock.instant().plus(policy.defaultLifetime()),
                "the user ci is not blocked",
                "the role is reader, by the binding of the user on shop",
                "the role reader may read");
        clock.advance(policy.defaultLifetime());
        assertThat(token(id, "shop").code()).isEqualTo("credential_expired");
        tokens.revoke(ADMIN, id);
        assertThat(token(id, "shop").reasons()).last()
                .isEqualTo("access token " + id + " was revoked at " + clock.instant());
    }

    @Test
    void blockedOrDeleted_isToldSo() {
        user("ci", new NewBinding("shop", Role.READER));
        String id = token("ci").token().id();
        users.block(ADMIN, "ci");
        assertThat(token(id, "shop").code()).isEqualTo("user_blocked");
        assertThat(user("ci", "GET", "shop").code()).isEqualTo("user_blocked");
        users.delete(ADMIN, "ci");
        assertThat(token(id, "shop").code()).isEqualTo("credential_revoked");
        refused(() -> user("ci", "GET", "shop"), Code.NOT_FOUND);
    }

    @Test
    void withoutABinding_nothingIsAllowed() {
        user("ci", new NewBinding("other", Role.ADMIN));
        Explanation told = user("ci", "GET", "shop");
        assertThat(told.code()).isEqualTo("access_denied");
        assertThat(told.role()).isNull();
        assertThat(told.bindings()).isEmpty();
        assertThat(told.reasons()).last().isEqualTo("no binding gives a role on shop");
    }

    @Test
    void tokenForACertificate_isExplainedByTheClients() {
        user("ci", new NewBinding("shop", Role.READER));
        String good = "ab".repeat(32);
        String id = tokens.issue(ADMIN, new NewToken("ci", "bound", new TokenLifetime.Standard(),
                new NewToken.Limits(null, null, null, List.of(good)), null)).value().token().id();
        Explanation without = token(id, "shop");
        assertThat(without.code()).isEqualTo("source_denied");
        assertThat(without.reasons()).contains("the token may be used with the client certificate "
                + good + " only, and the client has none");
        assertThat(explain.explain(AUDITOR, new ExplainQuery(
                null, id, "shop", "GET", null, null, good)).allowed()).isTrue();
        assertThat(explain.explain(AUDITOR, new ExplainQuery(
                null, id, "shop", "GET", null, null, "cd".repeat(32))).code())
                .isEqualTo("source_denied");
        assertThat(refusedField(() -> explain.explain(ADMIN, new ExplainQuery(
                "ci", null, "shop", "GET", null, null, "ab")))).isEqualTo("certificate");
    }

    @Test
    void everyField_isValidatedByName() {
        user("ci");
        String id = token("ci").token().id();
        assertThat(refusedField(() -> user(null, "GET", "shop"))).isEqualTo("user");
        assertThat(refusedField(() -> explain.explain(ADMIN,
                new ExplainQuery("ci", id, "shop", "GET", null, null)))).isEqualTo("user");
        assertThat(refusedField(() -> token("short", "shop"))).isEqualTo("token");
        assertThat(refusedField(() -> user("ci", "GET", "*"))).isEqualTo("application");
        assertThat(refusedField(() -> user("ci", "GET", null))).isEqualTo("application");
        for (String method : new String[] {"GET /", "G\n", "x".repeat(33)}) {
            assertThat(refusedField(() -> user("ci", method, "shop"))).isEqualTo("method");
        }
        assertThat(refusedField(() -> explain.explain(ADMIN, new ExplainQuery(
                "ci", null, "shop", "GET", "/".repeat(8_193), null)))).isEqualTo("path");
        for (String source : new String[] {"localhost", "10.0.0.0/8", "1.2.3", "fe80::1%lo"}) {
            assertThat(refusedField(() -> explain.explain(ADMIN, new ExplainQuery(
                    "ci", null, "shop", "GET", null, source)))).isEqualTo("source");
        }
    }

    @Test
    void unknownSubject_notFoundAndOthersMayNotAsk() {
        refused(() -> user("nobody", "GET", "shop"), Code.NOT_FOUND);
        assertThat(refused(() -> token("000000000000", "shop"), Code.NOT_FOUND).getMessage())
                .isEqualTo("token not found");
        Actor writer = new Actor("usr_x", "x", Role.WRITER, "192.0.2.3", "req");
        refused(() -> explain.explain(writer,
                new ExplainQuery(null, null, null, null, null, null)), Code.PERMISSION_DENIED);
    }
}
