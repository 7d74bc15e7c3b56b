package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.AuditVerifier;
import dev.portcullis.admin.store.Engine;
import dev.portcullis.admin.store.SettableClock;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The use cases on a real store that has its first administrator. Every class that extends this
 * runs on either database, one after the other.
 */
@ParameterizedClass
@EnumSource(Engine.class)
abstract class ServiceFixture {
    static final Actor ADMIN =
            new Actor("usr_0000000000000000", "root", Role.ADMIN, "192.0.2.1", "req-1");
    static final Actor AUDITOR =
            new Actor("usr_0000000000000001", "eve", Role.AUDITOR, "192.0.2.2", "req-2");

    @Parameter Engine engine;
    @TempDir Path directory;
    final SettableClock clock = new SettableClock();
    final SecureRandom random = new SecureRandom();
    TokenPolicy policy = TokenPolicy.defaults();
    Peppers peppers = Peppers.NONE;
    TestStore test;
    Users users;
    Groups groups;
    Bindings bindings;
    Tokens tokens;
    Usages usages;
    UsageBuffer usageBuffer;
    Authenticator authenticator;
    Keys keys;
    KeyExchange exchange;
    Refusals refusals;
    ForeignImport imports;
    /** What {@link WritingUseCases} presents. */
    IssuedToken presented;
    /** The first administrator's token. */
    String adminToken;

    @BeforeEach
    void open() throws Exception {
        test = TestStore.open(engine, directory, clock);
        TokenFormat format = new TokenFormat(policy.mark());
        TokenMint mint = new TokenMint(format, random, peppers);
        new FirstAdministrator(test.store(), policy, mint, random)
                .makeIfNone(token -> adminToken = token.reveal());
        users = new Users(test.store(), random);
        groups = new Groups(test.store(), random);
        bindings = new Bindings(test.store());
        tokens = new Tokens(test.store(), policy, mint, clock);
        usages = new Usages(test.store());
        usageBuffer = new UsageBuffer(usages);
        authenticator = new Authenticator(
                test.store(), policy, peppers, usageBuffer, clock);
        keys = new Keys(test.store(), policy, mint, clock);
        exchange = new KeyExchange(
                test.store(), policy, new Secrets(mint, peppers), usageBuffer, clock);
        refusals = new Refusals(test.store(), policy, clock);
        imports = new ForeignImport(test.store(), policy, random, clock);
    }

    @AfterEach
    void close() {
        try {
            assertThat(new AuditVerifier(test.store()).verify().intact()).isTrue();
        } finally {
            test.close();
        }
    }

    User user(String name, NewBinding... first) {
        return users.create(ADMIN, new NewUser(name, null, null, List.of(first))).value();
    }

    IssuedToken token(String user) {
        return tokens.issue(ADMIN, new NewToken(user, "ci", new TokenLifetime.Standard())).value();
    }

    IssuedToken token(String user, Limits limits) {
        return tokens.issue(ADMIN, new NewToken(
                user, "ci", new TokenLifetime.Standard(), limits, null)).value();
    }

    /** Who holds a token, calling with it. */
    Actor holding(IssuedToken token) {
        return authenticator.authenticate(token.plain().reveal(), "192.0.2.7", "req-7");
    }

    /** A key of a service user. */
    IssuedToken key(String user) {
        return keys.create(ADMIN, new NewToken(user, "deploy", null)).value();
    }

    /** A token for a key. */
    IssuedToken exchange(IssuedToken key) {
        return exchange.exchange(
                key.token().id(), key.plain().reveal(), null, "192.0.2.7", "req-7").value();
    }

    /** Every audit event of an action, its target and what it shows. */
    List<String> audited(String action) throws Exception {
        return test.query("SELECT target_kind, target_id, source, after_state FROM audit_event"
                + " WHERE action = '" + action + "' ORDER BY seq");
    }

    /** What kept a call from succeeding. */
    static ServiceException refused(ThrowingCallable call, Code code) {
        ServiceException refusal = catchThrowableOfType(ServiceException.class, call);
        assertThat(refusal).as("the call must be refused").isNotNull();
        assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
        return refusal;
    }

    /** The field that was refused; the message must name it too. */
    static String refusedField(ThrowingCallable call) {
        ServiceException refusal = refused(call, Code.INVALID_ARGUMENT);
        assertThat(refusal.getMessage()).startsWith(refusal.field() + ": ");
        return refusal.field();
    }
}
