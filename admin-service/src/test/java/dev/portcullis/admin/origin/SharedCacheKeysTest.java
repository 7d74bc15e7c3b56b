package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.admin.store.PostgresServer;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.proto.origin.v1.CacheKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The key of caches where replicas share a database, and which changes of it make another. */
class SharedCacheKeysTest {
    private static CacheKey key(Store store) {
        // made anew each time, as by another replica
        return new CacheKeys(store, store.isShared(), new SecureRandom()).current();
    }

    private static Store open(PostgresConfig config) throws Exception {
        return Store.open(new StoreConfig(config), InstantSource.system());
    }

    private static String database(Store store) {
        return store.read(t -> t.cacheKeys().history());
    }

    @Test
    void replicas_haveOneKey_andDatabasesOneEach() throws Exception {
        PostgresServer server = PostgresServer.shared();
        PostgresConfig config = server.database();
        try (Store one = open(config); Store two = open(config);
                Store other = open(server.database())) {
            CacheKey key = key(one);
            assertThat(key.getId()).matches("[A-Za-z0-9_-]{1,32}");
            assertThat(key(two)).isEqualTo(key);
            assertThat(key(one)).isEqualTo(key);
            assertThat(key(other).getId()).isNotEqualTo(key.getId());
            assertThat(key(other).getKey()).isNotEqualTo(key.getKey());
        }
    }

    @Test
    void tablesThatWereMadeAnew_haveAnotherKey() throws Exception {
        PostgresServer server = PostgresServer.shared();
        try (Store store = open(server.database())) {
            CacheKey before = key(store);
            String name = name(server, store);
            // a table that is written anew gets another file, as one that is restored does
            server.administer(name, "VACUUM FULL head");
            CacheKey after = key(store);
            assertThat(after.getId()).isNotEqualTo(before.getId());
            assertThat(after.getKey()).isNotEqualTo(before.getKey());
            assertThat(key(store)).isEqualTo(after);
        }
    }

    @Test
    void serverThatWasStartedAgain_hasAnotherKey() throws Exception {
        try (PostgresServer server = PostgresServer.start();
                Store store = open(server.database())) {
            CacheKey before = key(store);
            server.stop();
            assertThat(key(store)).isNull();
            server.startAgain();
            Awaitility.await().until(() -> key(store) != null);
            assertThat(key(store).getId()).isNotEqualTo(before.getId());
        }
    }

    /** The name of a store's database, by the number that is part of its history. */
    private static String name(PostgresServer server, Store store) throws Exception {
        String oid = database(store).split("/")[2];
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT datname FROM pg_database WHERE oid = " + oid)) {
            row.next();
            return row.getString(1);
        }
    }
}
