package dev.portcullis.admin.store;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a dump holds of a table: every column that is not made of others.
 *
 * @param order columns that no two rows share, so that equal databases have equal dumps
 */
record DumpTable(String name, String order, List<Column> columns) {
    /** How a value is written. */
    enum Type { TEXT, INTEGER, BLOB }

    /** A column of a table. */
    record Column(String name, Type type) {}

    /**
     * Every table but the change log, which an importing database begins anew. Referred rows come
     * before those that refer to them.
     */
    static final List<DumpTable> ALL = List.of(
            table("head", "id", "id:i revision:i trimmed_to:i audit_seq:i audit_hash:b"
                    + " lease_outstanding_ms:i"),
            table("users", "id", "id name name_key description kind blocked:i created_at:i"
                    + " created_by created_revision:i deleted_at:i last_used_at:i jwk"
                    + " jwk_thumbprint revision:i"),
            table("groups", "id", "id name name_key created_at:i created_by created_revision:i"
                    + " member_count:i revision:i"),
            table("memberships", "user_id, group_id", "user_id group_id user_created_revision:i"),
            table("bindings", "user_id, application", "user_id application role"),
            table("group_bindings", "group_id, application", "group_id application role"),
            table("credentials", "prefix", "prefix kind name user_id hash_algorithm pepper_id"
                    + " hash:b state created_at:i created_by created_revision:i expires_at:i"
                    + " replaced_at:i revoked_at:i last_used_at:i last_used_from max_role"
                    + " applications cidrs certificates replaces replaced_by family"
                    + " rotate_before:i parent revision:i"),
            table("sealed_token", "successor", "successor replaced jwe"),
            table("reuse", "prefix", "prefix detected_at:i"),
            table("audit_event", "seq", "seq:i revision:i happened_at:i actor_id actor_name source"
                    + " request_id action target_kind target_id before_state after_state"
                    + " previous_hash:b hash:b"));

    private static final Map<String, DumpTable> BY_NAME =
            ALL.stream().collect(Collectors.toMap(DumpTable::name, table -> table));

    /** From columns with {@code :i} for integers, {@code :b} for octets, nothing for texts. */
    private static DumpTable table(String name, String order, String columns) {
        return new DumpTable(name, order,
                Arrays.stream(columns.split(" ")).map(DumpTable::column).toList());
    }

    private static Column column(String spec) {
        int colon = spec.indexOf(':');
        if (colon < 0) {
            return new Column(spec, Type.TEXT);
        }
        return new Column(
                spec.substring(0, colon), spec.endsWith(":i") ? Type.INTEGER : Type.BLOB);
    }

    /** The table of a name, or null. */
    static DumpTable of(String name) {
        return BY_NAME.get(name);
    }

    private String columnNames() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    String select() {
        return "SELECT " + columnNames() + " FROM " + name + " ORDER BY " + order;
    }

    String insert() {
        return "INSERT INTO " + name + " (" + columnNames() + ") VALUES ("
                + "?, ".repeat(columns.size() - 1) + "?)";
    }
}
