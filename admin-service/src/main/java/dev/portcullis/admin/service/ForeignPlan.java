package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.ForeignUser.ForeignToken;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.NetBirdFormat;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is to be taken over from another system; validated, field by field. */
final class ForeignPlan {
    static final int USERS_MAX = 100;
    static final int TOKENS_MAX = 1_000;
    /** Of one user. */
    static final int GROUPS_MAX = 100;
    /** Different ones in a request, each of which may have to be made. */
    static final int ALL_GROUPS_MAX = 1_000;

    /** What is later could not be written as a date. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final TokenPolicy policy;
    private final Instant now;

    private ForeignPlan(TokenPolicy policy, Instant now) {
        this.policy = policy;
        this.now = now;
    }

    /**
     * A user.
     *
     * @param role on all applications; null: none
     * @param groups names, each once
     */
    record PlannedUser(
            String name,
            String description,
            UserKind kind,
            Role role,
            boolean blocked,
            Collection<String> groups,
            List<PlannedToken> tokens) {}

    /**
     * A token. Instants are milliseconds since the epoch.
     *
     * @param expiresAt {@link CredentialRecord#NEVER}: never
     * @param lastUsedAt null: never
     */
    record PlannedToken(
            String name,
            TokenPrefix prefix,
            TokenHash hash,
            long expiresAt,
            long createdAt,
            Long lastUsedAt) {}

    /**
     * Validates a request.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}, which names the field
     */
    static List<PlannedUser> of(List<ForeignUser> users, TokenPolicy policy, Instant now) {
        if (users.isEmpty() || users.size() > USERS_MAX) {
            throw ServiceException.invalid("users", "must be 1 to " + USERS_MAX);
        }
        if (users.stream().mapToLong(user -> user.tokens().size()).sum() > TOKENS_MAX) {
            throw ServiceException.invalid(
                    "users.tokens", "must be at most " + TOKENS_MAX + " in one request");
        }
        ForeignPlan plan = new ForeignPlan(policy, now);
        List<PlannedUser> planned = new ArrayList<>(users.size());
        Set<String> groups = new HashSet<>();
        for (int i = 0; i < users.size(); i++) {
            PlannedUser user = plan.user("users[" + i + "].", users.get(i));
            user.groups().forEach(group -> groups.add(Names.key(group)));
            planned.add(user);
        }
        if (groups.size() > ALL_GROUPS_MAX) {
            throw ServiceException.invalid(
                    "users.groups",
                    "must be at most " + ALL_GROUPS_MAX + " different ones in one request");
        }
        return planned;
    }

    private PlannedUser user(String field, ForeignUser user) {
        UserKind kind = user.kind() == null ? UserKind.SERVICE : user.kind();
        if (kind == UserKind.INTERNAL) {
            throw ServiceException.invalid(
                    field + "kind", "internal users are made by Portcullis itself");
        }
        List<PlannedToken> tokens = new ArrayList<>(user.tokens().size());
        for (int i = 0; i < user.tokens().size(); i++) {
            tokens.add(token(field + "tokens[" + i + "].", user.tokens().get(i)));
        }
        return new PlannedUser(
                Names.userName(field + "name", user.name()),
                Names.description(field + "description", user.description()),
                kind, user.role(), user.blocked(), groups(field + "groups", user.groups()),
                tokens);
    }

    private static Collection<String> groups(String field, List<String> groups) {
        if (groups.size() > GROUPS_MAX) {
            throw ServiceException.invalid(field, "must be at most " + GROUPS_MAX);
        }
        Map<String, String> byKey = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            String name = Names.groupName(field + "[" + i + "]", groups.get(i));
            byKey.putIfAbsent(Names.key(name), name);
        }
        return List.copyOf(byKey.values());
    }

    private PlannedToken token(String field, ForeignToken token) {
        String name = Names.name(field + "name", token.name());
        byte[] sha256 = token.sha256();
        if (sha256 == null || sha256.length != TokenHash.LENGTH) {
            throw ServiceException.invalid(
                    field + "sha256", "must be " + TokenHash.LENGTH + " octets");
        }
        long expiresAt = expiresAt(field + "expires_at", token.expiresAt());
        return new PlannedToken(
                name, NetBirdFormat.prefixOf(sha256), TokenHash.ofWhole(sha256), expiresAt,
                createdAt(field + "created_at", token.createdAt(), expiresAt),
                lastUsedAt(field + "last_used_at", token.lastUsedAt()));
    }

    /** As it was issued: the longest lifetime is for what is issued here. */
    private long expiresAt(String field, Instant instant) {
        if (instant != null) {
            return past(field, instant, LAST);
        }
        if (!policy.allowNonExpiring()) {
            throw ServiceException.invalid(
                    field, "is required: the configuration does not allow tokens without an end");
        }
        return CredentialRecord.NEVER;
    }

    private long createdAt(String field, Instant instant, long expiresAt) {
        if (instant == null) {
            return Math.min(now.toEpochMilli(), expiresAt);
        }
        long createdAt = past(field, instant, now);
        if (createdAt > expiresAt) {
            throw ServiceException.invalid(field, "must not be behind expires_at");
        }
        return createdAt;
    }

    private Long lastUsedAt(String field, Instant instant) {
        return instant == null ? null : (Long) past(field, instant, now);
    }

    private static long past(String field, Instant instant, Instant latest) {
        if (!instant.isAfter(Instant.EPOCH) || instant.isAfter(latest)) {
            throw ServiceException.invalid(
                    field, "must be after the epoch, and not after " + latest);
        }
        return instant.toEpochMilli();
    }
}
