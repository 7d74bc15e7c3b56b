package dev.portcullis.admin.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads of the audit log in one snapshot. Not thread-safe, and of no use when its transaction has
 * ended.
 *
 * <p>A page costs the same at any depth: of the conditions of a query, the one that holds for the
 * fewest events is answered by its index, in order, from the cursor on; the others are tested on
 * what it finds, up to a bound. So a query that hardly anything matches answers with an empty page
 * and a place to go on from, instead of reading the whole log.
 */
public final class AuditTable {
    /** The most events that one page looks at. */
    static final int SCANNED_MAX = 5_000;

    /**
     * The time of events need not rise with their number, since a clock can be set back. An event
     * that was written after it was set back by more than this may be missed by {@code since} and
     * {@code until}.
     */
    static final long SETBACK_MILLIS = 3_600_000;

    /** Up to so many entries of an index are counted to tell which is the shortest. */
    private static final int COUNTED_MAX = 1_000;

    static final String EVENT = "SELECT seq, revision, happened_at, actor_id, actor_name, source,"
            + " request_id, action, target_kind, target_id, before_state, after_state,"
            + " previous_hash, hash";

    private static final String FROM_RANGE = " FROM audit_event WHERE seq > ? AND seq < ?";
    private static final Condition ANY = new Condition("");

    private final Sql sql;

    AuditTable(Sql sql) {
        this.sql = sql;
    }

    /** What one index answers. */
    private record Condition(String where, Object... arguments) {}

    /** Events between two, both left out. */
    private record Range(long above, long below) {}

    /** The number of the latest event; 0 when there is none. */
    public long lastSeq() throws SQLException {
        return sql.one("SELECT audit_seq FROM head", row -> row.getLong(1));
    }

    /** The number of an event in front of the first, where none belongs; null: there is none. */
    Long inFront() throws SQLException {
        return sql.first("SELECT seq FROM audit_event WHERE seq < 1 ORDER BY seq DESC LIMIT 1",
                row -> row.getLong(1));
    }

    /** The first event that names a hash as that of the one before it, or null. Looks at all. */
    AuditEvent linkedTo(byte[] previousHash) throws SQLException {
        return sql.first(EVENT + " FROM audit_event WHERE previous_hash = ? ORDER BY seq LIMIT 1",
                ReadTransaction::auditEvent, (Object) previousHash);
    }

    /**
     * Events behind one or, descending, before it.
     *
     * @param from where the page begins; not on the page itself. Descending, {@link Long#MAX_VALUE}
     *     stands for the end
     * @param limit the most events on the page
     */
    public AuditPage page(AuditQuery query, long from, boolean descending, int limit)
            throws SQLException {
        Range range = range(query, from, descending);
        List<Condition> conditions = shortest(query, range);
        Scan scan = new Scan(query, limit);
        sql.each(
                statement(conditions, descending),
                row -> scan.look(ReadTransaction.auditEvent(row)),
                arguments(conditions, range, SCANNED_MAX));
        if (scan.stopped()) {
            return new AuditPage(scan.found, scan.lastSeq, true);
        }
        return new AuditPage(scan.found, descending ? 0 : Math.max(from, lastSeq()), false);
    }

    /** Takes what matches out of what an index finds. */
    private static final class Scan {
        private final AuditQuery query;
        private final int limit;
        private final List<AuditEvent> found = new ArrayList<>();
        private int looked;
        private long lastSeq;

        Scan(AuditQuery query, int limit) {
            this.query = query;
            this.limit = limit;
        }

        /** Answers whether to go on. */
        boolean look(AuditEvent event) {
            looked++;
            lastSeq = event.seq();
            if (query.matches(event)) {
                found.add(event);
            }
            return !stopped();
        }

        boolean stopped() {
            return found.size() == limit || looked == SCANNED_MAX;
        }
    }

    // ------------------------------------------------------------------------------ statements

    private Range range(AuditQuery query, long from, boolean descending) throws SQLException {
        long above = descending ? 0 : from;
        long below = descending ? from : Long.MAX_VALUE;
        if (query.since() != null) {
            Long seq = sql.first(
                    "SELECT seq FROM audit_event WHERE happened_at < ?"
                            + " ORDER BY happened_at DESC, seq DESC LIMIT 1",
                    row -> row.getLong(1), query.since() - SETBACK_MILLIS);
            above = Math.max(above, seq == null ? 0 : seq);
        }
        if (query.until() != null) {
            Long seq = sql.first(
                    "SELECT seq FROM audit_event WHERE happened_at >= ?"
                            + " ORDER BY happened_at, seq LIMIT 1",
                    row -> row.getLong(1), query.until() + SETBACK_MILLIS);
            below = Math.min(below, seq == null ? Long.MAX_VALUE : seq);
        }
        return new Range(above, below);
    }

    /** Of the query's conditions the one that holds for the fewest events, by its indexes. */
    private List<Condition> shortest(AuditQuery query, Range range) throws SQLException {
        List<List<Condition>> choices = choices(query, sql.dialect());
        List<Condition> shortest = choices.get(0);
        int least = Integer.MAX_VALUE;
        for (List<Condition> choice : choices.size() == 1 ? List.<List<Condition>>of() : choices) {
            int count = 0;
            for (Condition condition : choice) {
                count += sql.one(
                        "SELECT count(*) FROM (SELECT 1" + FROM_RANGE + condition.where
                                + " LIMIT ?) AS counted",
                        row -> row.getInt(1),
                        arguments(List.of(condition), range, COUNTED_MAX));
            }
            if (count < least) {
                least = count;
                shortest = choice;
            }
        }
        return shortest;
    }

    /** Each answers the query by one index, or by two whose events are merged. */
    private static List<List<Condition>> choices(AuditQuery query, Dialect dialect) {
        List<List<Condition>> choices = new ArrayList<>();
        if (query.targetId() != null) {
            choices.add(List.of(new Condition(" AND target_id = ?", query.targetId())));
        }
        if (query.actor() != null) {
            choices.add(List.of(
                    new Condition(" AND actor_id = ?", query.actor()),
                    new Condition(" AND actor_name = ? AND actor_id <> ?",
                            query.actor(), query.actor())));
        }
        if (query.wholeAction() != null) {
            choices.add(List.of(new Condition(" AND action = ?", query.wholeAction())));
        }
        if (query.family() != null) {
            choices.add(List.of(new Condition(
                    " AND " + dialect.actionFamily + " = ?", query.family())));
        }
        return choices.isEmpty() ? List.of(List.of(ANY)) : choices;
    }

    /** Each range ends in order for PostgreSQL, which merges them then; SQLite merges by itself. */
    private String statement(List<Condition> conditions, boolean descending) {
        String order = " ORDER BY seq" + (descending ? " DESC" : "") + " LIMIT ?";
        StringBuilder statement = new StringBuilder();
        for (Condition condition : conditions) {
            String range = EVENT + FROM_RANGE + condition.where;
            statement.append(statement.isEmpty() ? "" : " UNION ALL ")
                    .append(endsInOrder(conditions) ? "(" + range + order + ")" : range);
        }
        return statement.append(order).toString();
    }

    private boolean endsInOrder(List<Condition> conditions) {
        return conditions.size() > 1 && sql.dialect() == Dialect.POSTGRES;
    }

    private Object[] arguments(List<Condition> conditions, Range range, int limit) {
        List<Object> arguments = new ArrayList<>();
        for (Condition condition : conditions) {
            arguments.add(range.above);
            arguments.add(range.below);
            arguments.addAll(Arrays.asList(condition.arguments));
            if (endsInOrder(conditions)) {
                arguments.add(limit);
            }
        }
        arguments.add(limit);
        return arguments.toArray();
    }
}
