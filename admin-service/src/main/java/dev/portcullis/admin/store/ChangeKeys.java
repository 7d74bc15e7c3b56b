package dev.portcullis.admin.store;

/** The keys of records, as the change log and the gateways spell them. */
public final class ChangeKeys {
    /** Stands for the principal records of all users. */
    public static final String EVERY_PRINCIPAL = "p:*";

    /** Stands for the key of shared caches, and for all that was believed because of it. */
    public static final String CACHE_KEY = "k:*";

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
