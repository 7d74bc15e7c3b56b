package dev.portcullis.cli.simulation;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.ReplicaRow;
import dev.portcullis.admin.store.ReplicaRows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The rows of replicas, as one replica sees them: each question takes its time, fails now and then
 * before it was carried out or after, and always does while the database cannot be reached.
 */
final class SimRows implements ReplicaRows {
    private static final long UNREACHABLE_AFTER = 2 * World.SECOND;

    private final Database database;
    private final SimOrigin origin;
    private final Machine on;
    private final Faults faults;
    private final Mutation mutation;

    SimRows(Database database, SimOrigin origin, Machine on, Faults faults, Mutation mutation) {
        this.database = database;
        this.origin = origin;
        this.on = on;
        this.faults = faults;
        this.mutation = mutation;
    }

    private <T> T ask(Supplier<T> question) {
        World world = on.world;
        on.block(delay());
        if (origin.databaseIsCut() || faults.active() && world.chance(0.02)) {
            on.block(world.between(World.MILLI, UNREACHABLE_AFTER));
            throw unavailable();
        }
        T answer = question.get();
        on.block(delay());
        if (faults.active() && world.chance(0.02)) {
            throw unavailable();
        }
        return answer;
    }

    private long delay() {
        World world = on.world;
        boolean slow = faults.active() && world.chance(faults.slowMessages() / 4);
        return world.between(100_000, slow ? 3 * World.SECOND : 2 * World.MILLI);
    }

    private static ServiceException unavailable() {
        return new ServiceException(Code.UNAVAILABLE, "the database cannot be reached");
    }

    private void put(ReplicaRow row, long version, long acked, String gateways) {
        database.rows.put(row.id(), new ReplicaRow(
                row.id(), row.incarnation(), version, row.leaseMillis(), acked, gateways,
                row.software()));
        database.rowsChanged();
    }

    @Override
    public void insert(ReplicaRow row) {
        ask(() -> {
            put(row, row.version(), row.ackedRevision(), row.gateways());
            return null;
        });
    }

    @Override
    public long renew(ReplicaRow row) {
        return ask(() -> {
            ReplicaRow old = database.rows.get(row.id());
            if (old == null) {
                // what has been taken for gone goes on as if it had not
                return mutation == Mutation.LAPSED_REPLICA_GOES_ON
                        ? database.latest() : -1L;
            }
            put(row, old.version() + 1, row.ackedRevision(),
                    row.gateways() == null ? old.gateways() : row.gateways());
            return database.latest();
        });
    }

    @Override
    public void acknowledge(ReplicaRow row) {
        ask(() -> {
            ReplicaRow old = database.rows.get(row.id());
            if (old != null) {
                put(old, old.version(), row.ackedRevision(), old.gateways());
            }
            return null;
        });
    }

    @Override
    public List<ReplicaRow> read(boolean withGateways) {
        return ask(() -> mutation == Mutation.ROWS_NOT_READ
                ? List.of()
                : new ArrayList<>(database.rows.values()));
    }

    @Override
    public boolean delete(ReplicaRow row) {
        return ask(() -> {
            ReplicaRow old = database.rows.get(row.id());
            boolean same = old != null && old.version() == row.version();
            if (same) {
                on.world.note(on.name + " deletes the row " + row.id());
                database.rows.remove(row.id());
                database.rowsChanged();
            }
            return same;
        });
    }
}
