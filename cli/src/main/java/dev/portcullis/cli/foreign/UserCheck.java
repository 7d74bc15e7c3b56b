package dev.portcullis.cli.foreign;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.Role;
import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Checks users as they are read, against the bounds of the contract and against one another, and
 * hands on those that are right. The server looks again, and more closely. One thread.
 */
final class UserCheck {
    private static final int USERS_MAX = 100_000;
    private static final int TOKENS_MAX = 1_000_000;
    private static final int TOKENS_OF_USER_MAX = 10_000;
    private static final int GROUPS_OF_USER_MAX = 100;
    private static final int NAME_MAX = 150;
    private static final int DESCRIPTION_MAX = 1_000;
    private static final int HASH_OCTETS = 32;
    private static final Map<String, Role> ROLES = Map.of(
            "owner", Role.ROLE_ADMIN, "admin", Role.ROLE_ADMIN, "auditor", Role.ROLE_AUDITOR,
            "billing_admin", Role.ROLE_READER, "network_admin", Role.ROLE_READER,
            "user", Role.ROLE_READER, "reader", Role.ROLE_READER, "writer", Role.ROLE_WRITER);

    private final Contents contents;
    private final Consumer<ForeignUser> each;
    /** Where each name was given, in the form in which names are compared. */
    private final Map<String, String> names = new HashMap<>();
    /** The first octets of each hash: by chance two are the same once in 2^64. */
    private final LongSet hashes = new LongSet();

    UserCheck(Contents contents, Consumer<ForeignUser> each) {
        this.contents = contents;
        this.each = each;
    }

    Contents contents() {
        return contents;
    }

    /** The role of ours; null when there is no such role, which is told. */
    Role role(JsonWalk walk, String text) {
        Role role = ROLES.get(text);
        if (role == null) {
            walk.mistake("'" + text + "' is not a role");
            return null;
        }
        contents.role(text, role.name().replaceFirst("^ROLE_", "").toLowerCase(Locale.ROOT));
        return role;
    }

    /**
     * Takes a user that has been read.
     *
     * @param place where it begins
     */
    void take(FileMistakes mistakes, String place, ForeignUser.Builder user) {
        boolean right = name(mistakes, place, "name", user.getName());
        if (user.getDescription().codePointCount(0, user.getDescription().length())
                > DESCRIPTION_MAX) {
            mistakes.add(place, "description: longer than " + DESCRIPTION_MAX + " characters");
            right = false;
        }
        if (right) {
            String first = names.putIfAbsent(folded(user.getName()), place);
            if (first != null) {
                mistakes.add(place, "name: '" + user.getName() + "' is taken, at " + first);
            }
        }
        groups(mistakes, place, user.getGroupsList());
        if (user.getTokensCount() > TOKENS_OF_USER_MAX) {
            mistakes.add(place, "tokens: more than " + TOKENS_OF_USER_MAX);
        }
        contents.user(user.getTokensCount());
        if (contents.users() == USERS_MAX + 1) {
            mistakes.add(place, "more than " + USERS_MAX + " users");
        }
        if (contents.tokens() > TOKENS_MAX
                && contents.tokens() - user.getTokensCount() <= TOKENS_MAX) {
            mistakes.add(place, "more than " + TOKENS_MAX + " tokens");
        }
        if (mistakes.isEmpty()) {
            each.accept(user.build());
        }
    }

    private static void groups(FileMistakes mistakes, String place, List<String> groups) {
        if (groups.size() > GROUPS_OF_USER_MAX) {
            mistakes.add(place, "groups: more than " + GROUPS_OF_USER_MAX);
            return;
        }
        for (String group : groups) {
            if (name(mistakes, place, "groups", group) && group.indexOf(',') >= 0) {
                mistakes.add(place, "groups: '" + group + "' has a comma, which separates names of "
                        + "groups in a header");
            }
        }
    }

    /** A token that has been read; null when something is wrong with it, which is told. */
    ForeignToken token(FileMistakes mistakes, String place, Draft draft) {
        boolean right = name(mistakes, place, "name", draft.name);
        byte[] sha256 = hash(draft.hash);
        if (sha256 == null) {
            // not repeated: it is what stands for a token
            mistakes.add(place, "the hash is not base64 of 32 octets");
            return null;
        }
        if (!hashes.add(ByteString.copyFrom(sha256).asReadOnlyByteBuffer().getLong())) {
            mistakes.add(place, "the hash was given to another token before");
            return null;
        }
        if (draft.createdAt != null && draft.expiresAt != null
                && draft.createdAt.isAfter(draft.expiresAt)) {
            mistakes.add(place, "it was made after its expiry");
            right = false;
        }
        if (!right) {
            return null;
        }
        ForeignToken.Builder token = ForeignToken.newBuilder()
                .setName(draft.name)
                .setSha256(ByteString.copyFrom(sha256));
        if (draft.expiresAt != null) {
            token.setExpiresAt(timestamp(draft.expiresAt));
        }
        if (draft.createdAt != null) {
            token.setCreatedAt(timestamp(draft.createdAt));
        }
        if (draft.lastUsedAt != null) {
            token.setLastUsedAt(timestamp(draft.lastUsedAt));
        }
        return token.build();
    }

    /** A token under way. */
    static final class Draft {
        String name;
        String hash;
        Instant expiresAt;
        Instant createdAt;
        Instant lastUsedAt;
    }

    private static boolean name(
            FileMistakes mistakes, String place, String what, String name) {
        List<String> wrong = new ArrayList<>();
        if (name == null || name.isEmpty()) {
            wrong.add("missing or empty");
        } else {
            if (name.codePointCount(0, name.length()) > NAME_MAX) {
                wrong.add("longer than " + NAME_MAX + " characters");
            }
            if (!name.strip().equals(name)) {
                wrong.add("white space at an end");
            }
            if (name.codePoints().anyMatch(UserCheck::isUnseen)) {
                wrong.add("control or invisible characters");
            }
        }
        wrong.forEach(one -> mistakes.add(place, what + ": " + one));
        return wrong.isEmpty();
    }

    private static boolean isUnseen(int character) {
        int type = Character.getType(character);
        return Character.isISOControl(character)
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    private static byte[] hash(String base64) {
        try {
            byte[] octets = base64 == null ? new byte[0] : Base64.getDecoder().decode(base64);
            return octets.length == HASH_OCTETS ? octets : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
