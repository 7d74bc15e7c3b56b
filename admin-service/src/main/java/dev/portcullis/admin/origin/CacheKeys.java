package dev.portcullis.admin.origin;

import com.google.protobuf.ByteString;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.CacheKeyTable.Named;
import dev.portcullis.admin.store.Store;
import dev.portcullis.proto.origin.v1.CacheKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key under which gateways seal what they keep in a shared cache.
 *
 * <p>It is bound to the history of the database: what was cached from a database that has since
 * been restored must not be believed, because revisions were given twice. In PostgreSQL the key
 * stands in a table, for all replicas, and its name begins with a digest of what tells histories
 * apart; when that no longer fits a new key takes its place. A database in one file may be put back
 * while nobody looks, and nothing in it would tell: there each start of the process makes a key of
 * its own, which it keeps in its memory.
 */
public final class CacheKeys {
    private static final Logger LOG = LoggerFactory.getLogger(CacheKeys.class);
    private static final int KEY_OCTETS = 32;
    private static final int HISTORY_DIGITS = 16;
    private static final int CHANCE_OCTETS = 6;
    private static final int ATTEMPTS = 3;

    private final Store store;
    private final RandomGenerator random;
    /** Of this process; null where the key stands in the database. */
    private final CacheKey own;

    /**
     * Keys of a store.
     *
     * @param shared whether other processes use the database too, so that it is PostgreSQL
     * @param random a secure generator
     */
    public CacheKeys(Store store, boolean shared, RandomGenerator random) {
        this.store = store;
        this.random = random;
        this.own = shared ? null : message(make(""));
    }

    private Named make(String history) {
        byte[] chance = new byte[CHANCE_OCTETS];
        random.nextBytes(chance);
        byte[] key = new byte[KEY_OCTETS];
        random.nextBytes(key);
        return new Named(history + HexFormat.of().formatHex(chance), key);
    }

    private static CacheKey message(Named named) {
        return CacheKey.newBuilder()
                .setId(named.id())
                .setKey(ByteString.copyFrom(named.key()))
                .build();
    }

    /**
     * The key of now. May block on the database.
     *
     * @return null when it cannot be told which history the database has: then no shared cache may
     *     be used
     */
    CacheKey current() {
        if (own != null) {
            return own;
        }
        try {
            return message(shared());
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

    private Named shared() {
        for (int i = 0; i < ATTEMPTS; i++) {
            State state = store.read(transaction -> new State(
                    digest(transaction.cacheKeys().history()), transaction.cacheKeys().find()));
            if (state.fits()) {
                return state.key();
            }
            LOG.info("a history of the database begins here: shared caches begin anew");
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
