package dev.portcullis.admin.store;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;

/** Things to put into a store. */
public final class Samples {
    public static final Actor ADMIN =
            new Actor("usr_0000000000000000", "root", Role.ADMIN, "192.0.2.1", "req-1");

    private Samples() {}

    static UserRow user(String id) {
        return new UserRow(
                id, "Name of " + id, "name of " + id, "", UserKind.SERVICE, false,
                0, null, 0, null, null, 0);
    }

    static String prefix(int number) {
        return String.format("%012d", number);
    }

    static CredentialRecord credential(int number, String userId) {
        byte[] hash = new byte[TokenHash.LENGTH];
        hash[0] = (byte) number;
        return new CredentialRecord(
                TokenPrefix.of(prefix(number)), CredentialKind.ACCESS_TOKEN,
                TokenHash.ofSha256(hash), userId, CredentialState.LIVE, CredentialRecord.NEVER);
    }

    static AuditEntry entry(String action) {
        return new AuditEntry(action, "user", "x", null, "{}");
    }

    /** As {@link #insertUser(Store, String)}, of another kind than services. */
    static long insertUser(Store store, String id, UserKind kind) {
        UserRow user = user(id);
        return store.write(transaction -> {
            transaction.insertUser(new UserRow(
                    id, user.name(), user.nameKey(), "", kind, false, 0, null, 0, null, null, 0),
                    "system");
            transaction.audit(ADMIN, entry("user.create"));
            return transaction.takeRevision();
        });
    }

    /** Makes a user in a transaction of its own; answers with its revision. */
    static long insertUser(Store store, String id) {
        return store.write(transaction -> {
            transaction.insertUser(user(id), "system");
            transaction.audit(ADMIN, entry("user.create"));
            return transaction.takeRevision();
        });
    }

    /** Makes a credential in a transaction of its own; answers with its revision. */
    static long insertCredential(Store store, int number, String userId) {
        return store.write(transaction -> {
            transaction.credentialWriter().insert(new NewCredential(
                    credential(number, userId), "t" + number, "system"));
            transaction.audit(ADMIN, entry("token.issue"));
            return transaction.takeRevision();
        });
    }

    /** Revokes a credential in a transaction of its own; answers with its revision. */
    static long revoke(Store store, int number) {
        return store.write(transaction -> {
            transaction.credentialWriter().revoke(prefix(number));
            transaction.audit(ADMIN, entry("token.revoke"));
            return transaction.takeRevision();
        });
    }
}
