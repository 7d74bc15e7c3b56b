package dev.portcullis.admin.store;

/** The keys of records, as the change log and the gateways spell them. */
public final class ChangeKeys {
    private ChangeKeys() {}

    /** Of a credential's record. */
    public static String credential(String prefix) {
        return "c:" + prefix;
    }

    /** Of a user's principal record. */
    public static String principal(String userId) {
        return "p:" + userId;
    }
}
