package dev.portcullis.admin.origin;

import com.google.protobuf.ByteString;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.CacheKeyTable.Named;
import dev.portcullis.admin.store.Store;
import dev.portcullis.proto.origin.v1.CacheKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key under which gateways seal what they keep in a shared cache.
 *
 * <p>It is bound to the history of the database: what was cached from a database that has since
 * been restored must not be believed, because revisions were given twice. In PostgreSQL the key
 * stands in a table, for all replicas, and its name begins with a digest of what tells histories
 * apart; when that no longer fits a new key takes its place. A database in one file may be put back
 * while nobody looks, and nothing in it would tell: there each start of the process is a history of
 * its own, and what stands in the table is a part of the key alone; the other is in its memory.
 *
 * <p>The key ends with the enrolment of any gateway, which was told it and could go on making
 * records that others believe: whoever ends one takes it out of the table.
 */
public final class CacheKeys {
    private static final Logger LOG = LoggerFactory.getLogger(CacheKeys.class);
    private static final int KEY_OCTETS = 32;
    private static final int HISTORY_DIGITS = 16;
    private static final int CHANCE_OCTETS = 6;
    private static final int ATTEMPTS = 3;
    private static final String HMAC = "HmacSHA256";

    private final Store store;
    private final RandomGenerator random;
    /** What the process adds to what is in the table; null where all of the key stands there. */
    private final SecretKeySpec own;
    /** Which history the start of this process began; null where the database tells. */
    private final String ownHistory;

    /**
     * Keys of a store.
     *
     * @param shared whether other processes use the database too, so that it is PostgreSQL
     * @param random a secure generator
     */
    public CacheKeys(Store store, boolean shared, RandomGenerator random) {
        this.store = store;
        this.random = random;
        this.own = shared ? null : new SecretKeySpec(octets(KEY_OCTETS), HMAC);
        this.ownHistory =
                shared ? null : HexFormat.of().formatHex(octets(HISTORY_DIGITS / 2));
    }

    private byte[] octets(int count) {
        byte[] octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }

    private Named make(String history) {
        String chance = HexFormat.of().formatHex(octets(CHANCE_OCTETS));
        return new Named(history + chance, octets(KEY_OCTETS));
    }

    private CacheKey message(Named named) {
        return CacheKey.newBuilder()
                .setId(named.id())
                .setKey(ByteString.copyFrom(own == null ? named.key() : mixed(named.key())))
                .build();
    }

    private byte[] mixed(byte[] inTable) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(own);
            return mac.doFinal(inTable);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    /**
     * The key of now. May block on the database.
     *
     * @return null when it cannot be told which history the database has: then no shared cache may
     *     be used
     */
    CacheKey current() {
        try {
            return message(kept());
        } catch (ServiceException e) {
            LOG.warn("no key for shared caches can be had; gateways do without", e);
            return null;
        }
    }

    /** What the table holds for a history. */
    private record State(String history, Named key) {
        boolean fits() {
            return key != null && key.id().startsWith(history);
        }
    }

    private Named kept() {
        for (int i = 0; i < ATTEMPTS; i++) {
            State state = store.read(transaction -> new State(
                    ownHistory != null ? ownHistory : digest(transaction.cacheKeys().history()),
                    transaction.cacheKeys().find()));
            if (state.fits()) {
                return state.key();
            }
            LOG.info("shared caches begin anew, under another key");
            String replaced = state.key() == null ? null : state.key().id();
            Named made = make(state.history());
            store.write(transaction -> {
                transaction.cacheKeys().replace(replaced, made);
                return null;
            });
            // read again: another replica may have been faster
        }
        throw new ServiceException(
                ServiceException.Code.UNAVAILABLE, "the key of shared caches keeps changing");
    }

    private static String digest(String history) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(history.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HISTORY_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
