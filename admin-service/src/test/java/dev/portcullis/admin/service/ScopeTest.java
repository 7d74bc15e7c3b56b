package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
    private static final Restrictions KEY = new Restrictions(
            Role.WRITER, Set.of("a", "b"), List.of(Cidr.parse("192.0.2.0/24")));

    @Test
    void noScope_leavesTheKeysRestrictions() {
        assertThat(Scope.narrow(KEY, null)).isEqualTo(KEY);
        assertThat(Scope.narrow(KEY, "")).isEqualTo(KEY);
    }

    @Test
    void scope_narrowsAndLeavesTheRest() {
        assertThat(Scope.narrow(KEY, "read app:a")).isEqualTo(new Restrictions(
                Role.READER, Set.of("a"), KEY.cidrs()));
        assertThat(Scope.narrow(KEY, "app:b app:a app:b")).isEqualTo(KEY);
        assertThat(Scope.narrow(Restrictions.NONE, "app:x")).isEqualTo(
                new Restrictions(null, Set.of("x"), List.of()));
        assertThat(Scope.narrow(Restrictions.NONE, "read").maxRole()).isEqualTo(Role.READER);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "write", "READ", "read  app:a", " read", "read ", "app:", "app:*", "app:A", "app:a/b",
        "app:c", "app:a app:c", "admin", "read,app:a", "app:a\tapp:b"})
    void scopeUnknownOrBroader_isRefused(String scope) {
        assertThat(ServiceFixture.refusedField(() -> Scope.narrow(KEY, scope))).isEqualTo("scope");
    }

    @Test
    void readingWithAnAuditorsKey_isRefused() {
        Restrictions auditor = new Restrictions(Role.AUDITOR, Set.of(), List.of());
        assertThat(ServiceFixture.refusedField(() -> Scope.narrow(auditor, "read")))
                .isEqualTo("scope");
    }

    @Test
    void scopeOfTooMany_isRefused() {
        String many = IntStream.range(0, 101).mapToObj(i -> "app:a" + i)
                .collect(Collectors.joining(" "));
        assertThat(ServiceFixture.refusedField(() -> Scope.narrow(Restrictions.NONE, many)))
                .isEqualTo("scope");
        String most = many.substring(0, many.lastIndexOf(' '));
        assertThat(Scope.narrow(Restrictions.NONE, most).applications()).hasSize(100);
        assertThat(ServiceFixture.refusedField(() ->
                Scope.narrow(Restrictions.NONE, "read ".repeat(10_000)))).isEqualTo("scope");
    }

    @Test
    void restrictions_asAScope() {
        assertThat(Scope.of(Restrictions.NONE)).isEmpty();
        assertThat(Scope.of(KEY)).isEqualTo("app:a app:b");
        assertThat(Scope.of(Scope.narrow(KEY, "app:b read"))).isEqualTo("read app:b");
    }
}
