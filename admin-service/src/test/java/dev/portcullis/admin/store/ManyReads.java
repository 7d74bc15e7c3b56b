package dev.portcullis.admin.store;

import dev.portcullis.admin.model.TokenState;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import java.util.Set;

/** Reads whose statements are looked at: none of them may read all there is. */
final class ManyReads {
    static final String USER = "usr_aaaaaaaaaaaaaaaa";
    static final int LISTS = 4;
    static final int LISTS_OF_CREDENTIALS = 120;
    static final int LOOK_UPS = 14;

    private static final Cursor AFTER = new Cursor(7, "x");

    private ManyReads() {}

    static void lists(Store store) {
        Cursor cursor = new Cursor(7, "x");
        store.read(t -> t.users(null, cursor, 5));
        store.read(t -> t.users(UserKind.SERVICE, cursor, 5));
        store.read(t -> t.changesAfter(7, 5));
        store.read(t -> t.auditAfter(7, 5));
    }

    static void listsOfCredentials(Store store) {
        for (CredentialKind kind : CredentialKind.values()) {
            for (String user : new String[] {null, USER}) {
                for (Long end : new Long[] {null, 8L}) {
                    for (Long use : new Long[] {null, 6L}) {
                        list(store, new CredentialQuery(
                                kind, user, null, end, use, 9, AFTER, 5));
                        for (TokenState state : TokenState.values()) {
                            list(store, new CredentialQuery(
                                    kind, user, state, end, use, 9, AFTER, 5));
                        }
                    }
                }
            }
        }
    }

    private static void list(Store store, CredentialQuery query) {
        store.read(t -> t.credentials().list(query));
    }

    static void lookUps(Store store) {
        store.read(t -> t.credentials().find("x"));
        store.read(t -> t.credentials().isTaken("x"));
        store.read(t -> t.credentials().live(USER, 7, 5));
        store.read(t -> t.credentials().countLive(USER, CredentialKind.API_KEY, 7, 5));
        store.read(t -> t.credentials().liveOfFamily("x", 7, 5));
        store.read(t -> t.credentials().dueForRotation(7, 5));
        store.read(t -> t.credentials().hasAutomatic(USER, 7));
        store.read(t -> t.credentials().sealedFor("x"));
        store.read(t -> t.credentials().unknownPepper(Set.of(), 7));
        store.read(t -> t.hasAdministrator(7));
        store.read(t -> t.isAdministrator(USER));
    }
}
