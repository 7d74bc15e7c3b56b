package dev.portcullis.cli.simulation;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.Users;
import dev.portcullis.admin.store.CommitListener;
import dev.portcullis.admin.store.ReplicaRow;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * The database: the real store on SQLite. A transaction takes a tenth of a millisecond, next to
 * which a store of the simulation's own would save little and prove less. It serves many worlds one
 * after another, none of which sees what another left.
 */
final class Database implements AutoCloseable {
    /** Seeds differ, and so do prefixes: secure is what this need not be. */
    private static final class Seeded extends SecureRandom {
        private static final long serialVersionUID = 1;
        private transient Random random = new Random(0);

        @Override
        public void nextBytes(byte[] octets) {
            random.nextBytes(octets);
        }
    }

    /** Worlds are so far apart that none finds changes of the one before. */
    private static final Duration APART = StoreConfig.DEFAULT_RETENTION.plusMinutes(1);

    /** Stands still while a world lasts. */
    private static final class Clock implements InstantSource {
        private Instant now = Instant.parse("2026-03-01T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final Seeded random = new Seeded();
    private final Actor system = Actor.system("simulation");
    private final List<SimOrigin> origins = new ArrayList<>();
    private final Clock clock;
    private final Users users;
    private final Tokens tokens;
    final Store store;
    /** Of the replicas, by their ids. */
    final Map<String, ReplicaRow> rows = new LinkedHashMap<>();
    private SimOrigin committing;
    private long latest;

    private Database(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
        users = new Users(store, random);
        tokens = new Tokens(
                store, TokenPolicy.defaults(), new TokenMint(new TokenFormat("pc"), random), clock);
    }

    static Database open(Path directory) throws StartException {
        Clock clock = new Clock();
        return new Database(Store.open(new StoreConfig(directory), clock), clock);
    }

    /** Another world begins. */
    void begin(long seed) {
        random.random = new Random(seed * 0x9E3779B97F4A7C15L);
        rows.clear();
        origins.clear();
        committing = null;
        store.setCommitListener(CommitListener.NONE);
        store.setLeaseOutstandingMillis(0);
        clock.now = clock.now.plus(APART);
        store.trimChanges();
        latest = store.revision();
        store.setCommitListener(new CommitListener() {
            @Override
            public void committed(long revision) {
                latest = revision;
                if (committing != null) {
                    committing.committed(revision);
                    origins.forEach(SimOrigin::changeBell);
                }
            }

            @Override
            public void uncertain() {
                throw new AssertionError("the database itself does not fail here");
            }
        });
    }

    void serves(SimOrigin origin) {
        origins.add(origin);
    }

    /** Commits for one of the origins. */
    long commit(SimOrigin by, LongSupplier change) {
        committing = by;
        try {
            return change.getAsLong();
        } finally {
            committing = null;
        }
    }

    /** The revision of the latest commit. */
    long latest() {
        return latest;
    }

    void rowsChanged() {
        origins.forEach(SimOrigin::rowsBell);
    }

    String createUser(String name) {
        return users.create(system, new NewUser(name, null, null, null)).value().id();
    }

    Committed<IssuedToken> issue(String user) {
        return tokens.issue(system, new NewToken(user, "t", (TokenLifetime) null));
    }

    long revoke(String id) {
        return tokens.revoke(system, id).revision();
    }

    long block(String user, boolean blocked) {
        return (blocked ? users.block(system, user) : users.unblock(system, user)).revision();
    }

    @Override
    public void close() {
        store.close();
    }
}
