package dev.portcullis.admin.change;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.ReplicaRow;
import dev.portcullis.admin.store.ReplicaRows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A database that replicas share, without the rest: a head revision, rows, and bells. */
final class MemoryDatabase {
    final Map<String, ReplicaRow> rows = new LinkedHashMap<>();
    final List<TestReplica> replicas = new ArrayList<>();
    long revision = 10;
    /** What happens while a replica waits for the database; may move the time. */
    Consumer<TestReplica> latency = replica -> {};
    LeaseConfig config = LeaseConfig.defaults();
    /** Rows that a transaction is about to write. */
    private final Set<String> locked = new HashSet<>();
    /** Runs once, before the next deletion. */
    Runnable beforeDelete = () -> {};

    /** A change that a replica commits; answers with its revision. */
    long commit(TestReplica by) {
        way(by);
        long committed = ++revision;
        List.copyOf(replicas).forEach(each -> each.bell(() -> each.feed(committed)));
        // until whoever committed it hears so
        way(by);
        by.leases.committed(committed);
        by.feed(committed);
        return committed;
    }

    /** There or back. */
    private void way(TestReplica replica) {
        latency.accept(replica);
        replica.requireDatabase();
    }

    private void rowsChanged() {
        List.copyOf(replicas).forEach(each -> each.bell(each.replicas::rowsChanged));
    }

    /** The rows of a replica's id, of whatever incarnation. */
    List<ReplicaRow> rowsOf(String replicaId) {
        return rows.values().stream()
                .filter(row -> row.id().startsWith(replicaId + "/"))
                .toList();
    }

    /** The rows, as one replica reaches them. */
    ReplicaRows rows(TestReplica replica) {
        return new Rows(replica);
    }

    private final class Rows implements ReplicaRows {
        private final TestReplica replica;

        Rows(TestReplica replica) {
            this.replica = replica;
        }

        @Override
        public void insert(ReplicaRow row) {
            way(replica);
            assertNew(row);
            rows.put(row.id(), row);
            rowsChanged();
            answer();
        }

        private void answer() {
            way(replica);
            replica.requireAnswer();
        }

        private void assertNew(ReplicaRow row) {
            if (rows.containsKey(row.id())) {
                throw new AssertionError("the row is there already: " + row.id());
            }
        }

        @Override
        public long renew(ReplicaRow row) {
            way(replica);
            ReplicaRow old = rows.get(row.id());
            if (old == null) {
                return -1;
            }
            locked.add(row.id());
            long found = revision;
            try {
                way(replica);
            } finally {
                locked.remove(row.id());
            }
            rows.put(row.id(), new ReplicaRow(
                    row.id(), row.incarnation(), old.version() + 1, old.leaseMillis(),
                    row.ackedRevision(),
                    row.gateways() == null ? old.gateways() : row.gateways(),
                    row.software()));
            rowsChanged();
            answer();
            return found;
        }

        @Override
        public void acknowledge(ReplicaRow row) {
            way(replica);
            rows.computeIfPresent(row.id(), (id, old) -> new ReplicaRow(
                    id, old.incarnation(), old.version(), old.leaseMillis(),
                    row.ackedRevision(), old.gateways(), old.software()));
            rowsChanged();
            answer();
        }

        @Override
        public List<ReplicaRow> read(boolean withGateways) {
            way(replica);
            replica.reads++;
            List<ReplicaRow> found = rows.values().stream()
                    .map(row -> withGateways ? row : new ReplicaRow(
                            row.id(), row.incarnation(), row.version(), row.leaseMillis(),
                            row.ackedRevision(), null, row.software()))
                    .toList();
            way(replica);
            return found;
        }

        @Override
        public boolean delete(ReplicaRow row) {
            way(replica);
            Runnable before = beforeDelete;
            beforeDelete = () -> {};
            before.run();
            ReplicaRow there = rows.get(row.id());
            if (there == null || there.version() != row.version()
                    || locked.contains(row.id())) {
                return false;
            }
            rows.remove(row.id());
            answer();
            return true;
        }
    }

    static ServiceException unreachable() {
        return new ServiceException(
                ServiceException.Code.UNAVAILABLE, "the database cannot be used");
    }
}
