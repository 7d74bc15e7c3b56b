package dev.portcullis.cli.foreign;

import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UserKind;
import java.io.IOException;

/** Reads {@code {"users": [...]}}, the form that docs/import.md describes. */
final class SimpleReader {
    private final JsonWalk walk;
    private final UserCheck check;

    SimpleReader(JsonWalk walk, UserCheck check) {
        this.walk = walk;
        this.check = check;
    }

    void read() throws IOException {
        walk.members("the file", name -> {
            if (name.equals("users")) {
                walk.items(name, this::user);
            } else {
                unknown(name, "users");
            }
        });
    }

    private void unknown(String name, String known) {
        walk.mistake("unknown member '" + name + "'; known are " + known);
    }

    private void user() throws IOException {
        String place = walk.place();
        ForeignUser.Builder user =
                ForeignUser.newBuilder().setKind(UserKind.USER_KIND_SERVICE);
        if (walk.members("user", field -> field(user, field))) {
            check.take(walk.mistakes(), place, user);
        }
    }

    private void field(ForeignUser.Builder user, String field) throws IOException {
        switch (field) {
            case "name" -> {
                String name = walk.text(field);
                user.setName(name == null ? "" : name);
            }
            case "description" -> {
                String description = walk.text(field);
                user.setDescription(description == null ? "" : description);
            }
            case "kind" -> kind(user);
            case "role" -> role(user);
            case "blocked" -> user.setBlocked(walk.bool(field));
            case "groups" -> walk.items(field, () -> {
                String group = walk.text(field);
                if (group != null) {
                    user.addGroups(group);
                }
            });
            case "tokens" -> walk.items(field, () -> token(user));
            default -> unknown(field, "name, description, kind, role, blocked, groups, tokens");
        }
    }

    private void kind(ForeignUser.Builder user) throws IOException {
        String kind = walk.text("kind");
        if ("person".equals(kind)) {
            user.setKind(UserKind.USER_KIND_PERSON);
        } else if (kind != null && !kind.equals("service")) {
            walk.mistake("kind: '" + kind + "' is neither service nor person");
        }
    }

    private void role(ForeignUser.Builder user) throws IOException {
        String text = walk.text("role");
        Role role = text == null ? null : check.role(walk, text);
        if (role != null) {
            user.setRole(role);
        }
    }

    private void token(ForeignUser.Builder user) throws IOException {
        String place = walk.place();
        UserCheck.Draft draft = new UserCheck.Draft();
        boolean there = walk.members("token", field -> {
            switch (field) {
                case "name" -> draft.name = walk.text(field);
                case "sha256" -> draft.hash = walk.text(field);
                case "expires_at" -> draft.expiresAt = walk.instant(field);
                case "created_at" -> draft.createdAt = walk.instant(field);
                case "last_used_at" -> draft.lastUsedAt = walk.instant(field);
                default -> unknown(
                        field, "name, sha256, expires_at, created_at, last_used_at");
            }
        });
        ForeignToken token = there ? check.token(walk.mistakes(), place, draft) : null;
        if (token != null) {
            user.addTokens(token);
        }
    }
}
