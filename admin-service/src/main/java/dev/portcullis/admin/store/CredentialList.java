package dev.portcullis.admin.store;

import dev.portcullis.admin.model.TokenState;
import java.util.ArrayList;
import java.util.List;

/**
 * The statement of a list of credentials. Each stored state is one range of an index in the list's
 * order; the ranges are merged as they are read, so that no page sorts or scans, however deep.
 * PostgreSQL has to be told that each range is in order, and SQLite must not be.
 */
final class CredentialList {
    private static final List<String> ALL = List.of("live", "replaced", "revoked");
    private static final List<String> NOT_REVOKED = List.of("live", "replaced");
    /** Behind every prefix. */
    private static final String LAST_PREFIX = "~";

    private final CredentialQuery query;
    private final List<Object> arguments = new ArrayList<>();
    private final String sql;

    CredentialList(CredentialQuery query, Dialect dialect) {
        this.query = query;
        String column = query.order().column;
        String order = " ORDER BY " + column + ", prefix LIMIT ?";
        StringBuilder statement = new StringBuilder();
        List<String> states = storedStates();
        for (String state : states) {
            statement.append(statement.length() == 0 ? "" : " UNION ALL ");
            if (dialect == Dialect.POSTGRES && states.size() > 1) {
                statement.append('(');
                appendRange(statement, column, state);
                statement.append(order).append(')');
                arguments.add(query.limit());
            } else {
                appendRange(statement, column, state);
            }
        }
        sql = statement.append(order).toString();
        arguments.add(query.limit());
    }

    String sql() {
        return sql;
    }

    Object[] arguments() {
        return arguments.toArray();
    }

    /** What a state may be stored as; whether it is so at the instant is for the bounds to say. */
    private List<String> storedStates() {
        if (query.state() == null) {
            return ALL;
        }
        return switch (query.state()) {
            case LIVE -> NOT_REVOKED;
            case EXPIRED -> List.of("live");
            case REPLACED -> List.of("replaced");
            case REVOKED -> List.of("revoked");
        };
    }

    private void appendRange(StringBuilder statement, String column, String state) {
        Cursor from = from();
        statement.append(CredentialTable.CREDENTIAL).append("kind = ? AND state = '")
                .append(state).append("' AND (").append(column).append(", prefix) > (?, ?)");
        arguments.add(Words.of(query.kind()));
        arguments.add(from.revision());
        arguments.add(from.id());
        if (query.userId() != null) {
            append(statement, "user_id = ?", query.userId());
        }
        if (query.usedBefore() != null) {
            append(statement, "used_at < ?", query.usedBefore());
            if (query.state() == TokenState.LIVE) {
                append(statement, "ends_at > ?", query.nowMillis());
            }
        }
        if (query.endsBefore() != null) {
            append(statement, "ends_at < ?", query.endsBefore());
        }
        if (query.state() == TokenState.EXPIRED || query.state() == TokenState.REPLACED) {
            append(statement, "ends_at <= ?", query.nowMillis());
        }
    }

    private void append(StringBuilder statement, String condition, Object argument) {
        statement.append(" AND ").append(condition);
        arguments.add(argument);
    }

    /** In order of their end, what is live begins behind everything that ended by now. */
    private Cursor from() {
        Cursor now = new Cursor(query.nowMillis(), LAST_PREFIX);
        boolean liveByEnd = query.state() == TokenState.LIVE
                && query.order() == CredentialOrder.END;
        return liveByEnd && query.after().revision() <= query.nowMillis() ? now : query.after();
    }
}
