package dev.portcullis.cli.foreign;

import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UserKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads one account of NetBird's store: {@code Accounts: {ID: {Users: {ID: {Role, IsServiceUser,
 * ServiceUserName, AutoGroups, PATs, Blocked}}}}}. Members that it does not know are NetBird's own
 * business. A person is called by their address where the store has it, else by their id.
 */
final class NetBirdReader {
    private final JsonWalk walk;
    private final UserCheck check;
    private final String account;
    private final Map<String, String> groups;

    NetBirdReader(JsonWalk walk, UserCheck check, String account, Map<String, String> groups) {
        this.walk = walk;
        this.check = check;
        this.account = account;
        this.groups = groups;
    }

    void read() throws IOException {
        walk.members("the file", name -> {
            if (name.equals("Accounts")) {
                walk.members(name, id -> {
                    if (id.equals(account)) {
                        walk.members("account", this::member);
                    }
                });
            }
        });
    }

    private void member(String name) throws IOException {
        if (name.equals("Users")) {
            walk.members(name, this::user);
        }
    }

    /** What a user's members say, until all of them have been read. */
    private static final class Draft {
        private final List<String> groups = new ArrayList<>();
        private final List<ForeignToken> tokens = new ArrayList<>();
        private Role role;
        private boolean service;
        private String serviceName;
        private String email;
        private boolean blocked;
    }

    private void user(String id) throws IOException {
        String place = walk.place();
        Draft draft = new Draft();
        if (!walk.members("user", field -> field(draft, field))) {
            return;
        }
        String name = draft.service
                ? draft.serviceName
                : draft.email != null && draft.email.contains("@") ? draft.email : id;
        ForeignUser.Builder user = ForeignUser.newBuilder()
                .setName(name == null ? "" : name)
                .setDescription("NetBird user " + id)
                .setKind(draft.service ? UserKind.USER_KIND_SERVICE : UserKind.USER_KIND_PERSON)
                .setBlocked(draft.blocked)
                .addAllGroups(draft.groups)
                .addAllTokens(draft.tokens);
        if (draft.role != null) {
            user.setRole(draft.role);
        }
        check.take(walk.mistakes(), place, user);
    }

    private void field(Draft draft, String field) throws IOException {
        switch (field) {
            case "Role" -> {
                String role = walk.text(field);
                draft.role = role == null ? null : check.role(walk, role);
            }
            case "IsServiceUser" -> draft.service = walk.bool(field);
            case "ServiceUserName" -> draft.serviceName = walk.text(field);
            case "Email" -> draft.email = walk.text(field);
            case "Blocked" -> draft.blocked = walk.bool(field);
            case "AutoGroups" -> walk.items(field, () -> group(draft));
            case "PATs" -> walk.members(field, id -> token(draft, id));
            default -> { }
        }
    }

    private void group(Draft draft) throws IOException {
        String id = walk.text("AutoGroups");
        String name = id == null ? null : groups.get(id);
        if (name != null) {
            draft.groups.add(name);
        } else if (id != null) {
            // one that was deleted; it would give nothing anyway
            check.contents().groupUnknown();
        }
    }

    private void token(Draft draft, String id) throws IOException {
        String place = walk.place();
        UserCheck.Draft token = new UserCheck.Draft();
        boolean there = walk.members("PAT", field -> {
            switch (field) {
                case "Name" -> token.name = walk.text(field);
                case "HashedToken" -> token.hash = walk.text(field);
                case "ExpirationDate" -> token.expiresAt = walk.instant(field);
                case "CreatedAt" -> token.createdAt = walk.instant(field);
                case "LastUsed" -> token.lastUsedAt = walk.instant(field);
                default -> { }
            }
        });
        if (token.name == null || token.name.isEmpty()) {
            token.name = id;
        }
        ForeignToken read = there ? check.token(walk.mistakes(), place, token) : null;
        if (read != null && !read.hasExpiresAt()) {
            // NetBird takes it for expired; here it would never expire
            check.contents().tokenWithoutExpiry();
        } else if (read != null) {
            draft.tokens.add(read);
        }
    }
}
