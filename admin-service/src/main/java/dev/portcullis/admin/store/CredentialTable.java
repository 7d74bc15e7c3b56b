package dev.portcullis.admin.store;

import static dev.portcullis.admin.store.Sql.nullableLong;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.HashAlgorithm;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads credentials in its transaction, and is of no use when that has ended. */
public final class CredentialTable {
    static final String CREDENTIAL = "SELECT prefix, kind, name, user_id, hash_algorithm,"
            + " pepper_id, hash, state, created_at, created_by, created_revision, expires_at,"
            + " replaced_at, revoked_at, last_used_at, last_used_from, max_role, applications,"
            + " cidrs, certificates, replaces, replaced_by, family, rotate_before, parent,"
            + " revision, ends_at, used_at FROM credentials WHERE ";

    private static final String EVERY_KIND = "kind IN ('access_token', 'api_key',"
            + " 'exchanged_token')";
    private static final String NOT_ENDED = "state IN ('live', 'replaced') AND ends_at > ?";

    private final Sql sql;

    CredentialTable(Sql sql) {
        this.sql = sql;
    }

    /** What automatic rotation keeps for the holder of a token. */
    public record Sealed(String successor, String jwe) {}

    /** The credential with a prefix, or null. */
    public CredentialRow find(String prefix) throws SQLException {
        return sql.first(CREDENTIAL + "prefix = ?", CredentialTable::row, prefix);
    }

    /** Whether a prefix is taken, by a credential of whichever kind. */
    public boolean isTaken(String prefix) throws SQLException {
        return sql.exists("SELECT 1 FROM credentials WHERE prefix = ?", prefix);
    }

    /**
     * Prefixes behind one, in order.
     *
     * @param limit the most to answer with
     */
    public List<String> prefixesAfter(String prefix, int limit) throws SQLException {
        return sql.list("SELECT prefix FROM credentials WHERE prefix > ? ORDER BY prefix LIMIT ?",
                row -> row.getString(1), prefix, limit);
    }

    /** A page of a list; the filters give its order. */
    public List<CredentialRow> list(CredentialQuery query) throws SQLException {
        CredentialList list = new CredentialList(query, sql.dialect());
        return sql.list(list.sql(), CredentialTable::row, list.arguments());
    }

    /**
     * Prefixes of a user's credentials of every kind that nothing has ended by an instant.
     *
     * @param limit the most to answer with
     */
    public List<String> live(String userId, long nowMillis, int limit) throws SQLException {
        return sql.list(
                "SELECT prefix FROM credentials WHERE user_id = ? AND " + EVERY_KIND + " AND "
                        + NOT_ENDED + " LIMIT ?",
                row -> row.getString(1), userId, nowMillis, limit);
    }

    /** How many credentials of a kind a user has that nothing has ended; at most {@code limit}. */
    public int countLive(String userId, CredentialKind kind, long nowMillis, int limit)
            throws SQLException {
        return sql.one(
                "SELECT count(*) FROM (SELECT 1 FROM credentials WHERE user_id = ? AND kind = ?"
                        + " AND " + NOT_ENDED + " LIMIT ?) AS counted",
                row -> row.getInt(1), userId, Words.of(kind), nowMillis, limit);
    }

    /**
     * Those of a family that nothing has ended by an instant.
     *
     * @param limit the most to answer with
     */
    public List<CredentialRow> liveOfFamily(String family, long nowMillis, int limit)
            throws SQLException {
        List<CredentialRow> found = new ArrayList<>(sql.list(
                CREDENTIAL + "prefix = ? AND " + NOT_ENDED, CredentialTable::row,
                family, nowMillis));
        found.addAll(sql.list(
                CREDENTIAL + "family = ? AND family <> prefix AND " + NOT_ENDED + " LIMIT ?",
                CredentialTable::row, family, nowMillis, limit - found.size()));
        return found;
    }

    /**
     * Access tokens whose automatic rotation is due at an instant, the longest due first.
     *
     * @param limit the most to answer with
     */
    public List<CredentialRow> dueForRotation(long nowMillis, int limit) throws SQLException {
        return sql.list(
                CREDENTIAL + "rotate_before IS NOT NULL AND state = 'live' AND rotate_at <= ?"
                        + " ORDER BY rotate_at, prefix LIMIT ?",
                CredentialTable::row, nowMillis, limit);
    }

    /** Whether a user has a live token that is rotated automatically. */
    public boolean hasAutomatic(String userId, long nowMillis) throws SQLException {
        return sql.exists(
                "SELECT 1 FROM credentials WHERE user_id = ? AND kind = 'access_token'"
                        + " AND state = 'live' AND ends_at > ? AND rotate_before IS NOT NULL"
                        + " LIMIT 1",
                userId, nowMillis);
    }

    /** What automatic rotation made in place of a token, or null when it made nothing. */
    public Sealed sealedFor(String replaced) throws SQLException {
        return sql.first("SELECT successor, jwe FROM sealed_token WHERE replaced = ?",
                row -> new Sealed(row.getString(1), row.getString(2)), replaced);
    }

    /**
     * A pepper that is not among the known ones, but needed for a credential that is still good at
     * an instant; null when there is none.
     */
    public String unknownPepper(Set<String> known, long nowMillis) throws SQLException {
        String id = "";
        while (true) {
            // from id to id: there are few, and each is found by the index
            id = sql.first(
                    "SELECT pepper_id FROM credentials WHERE pepper_id > ?"
                            + " AND state <> 'revoked' ORDER BY pepper_id LIMIT 1",
                    row -> row.getString(1), id);
            if (id == null) {
                return null;
            }
            if (!known.contains(id) && sql.exists(
                    "SELECT 1 FROM credentials WHERE pepper_id = ? AND state <> 'revoked'"
                            + " AND ends_at > ? LIMIT 1",
                    id, nowMillis)) {
                return id;
            }
        }
    }

    // ------------------------------------------------------------------------------------ rows

    private static CredentialRow row(ResultSet row) throws SQLException {
        return new CredentialRow(
                record(row),
                row.getString("name"),
                row.getLong("created_at"),
                row.getString("created_by"),
                row.getLong("created_revision"),
                nullableLong(row, "revoked_at"),
                nullableLong(row, "last_used_at"),
                row.getString("last_used_from"),
                row.getLong("revision"),
                row.getString("replaces"),
                row.getString("replaced_by"),
                row.getString("family"),
                nullableLong(row, "rotate_before"));
    }

    private static CredentialRecord record(ResultSet row) throws SQLException {
        String parent = row.getString("parent");
        // what is stored as replaced is good until then; the record tells that by time
        boolean revoked = row.getString("state").equals("revoked");
        return new CredentialRecord(
                TokenPrefix.of(row.getString("prefix")),
                Words.as(CredentialKind.class, row.getString("kind")),
                hash(row),
                row.getString("user_id"),
                revoked ? CredentialState.REVOKED : CredentialState.LIVE,
                orNever(nullableLong(row, "expires_at")),
                orNever(nullableLong(row, "replaced_at")),
                restrictions(row),
                parent == null ? null : TokenPrefix.of(parent));
    }

    private static TokenHash hash(ResultSet row) throws SQLException {
        byte[] octets = row.getBytes("hash");
        return switch (algorithm(row.getString("hash_algorithm"))) {
            case SHA_256 -> TokenHash.ofSha256(octets);
            case HMAC_SHA_256 -> TokenHash.ofHmacSha256(row.getString("pepper_id"), octets);
            case SHA_256_WHOLE -> TokenHash.ofWhole(octets);
        };
    }

    private static Restrictions restrictions(ResultSet row) throws SQLException {
        String role = row.getString("max_role");
        List<String> applications = words(row.getString("applications"));
        List<String> cidrs = words(row.getString("cidrs"));
        List<String> certificates = words(row.getString("certificates"));
        if (role == null && applications.isEmpty() && cidrs.isEmpty()
                && certificates.isEmpty()) {
            return Restrictions.NONE;
        }
        return new Restrictions(
                role == null ? null : Words.as(Role.class, role),
                Set.copyOf(applications),
                cidrs.stream().map(Cidr::parse).toList(),
                certificates.stream().map(Fingerprint::parse).collect(Collectors.toSet()));
    }

    /** How the database spells an algorithm. */
    static String word(HashAlgorithm algorithm) {
        return Words.of(algorithm).replace('_', '-');
    }

    private static HashAlgorithm algorithm(String word) {
        return Words.as(HashAlgorithm.class, word.replace('-', '_'));
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    private static long orNever(Long millis) {
        return millis == null ? CredentialRecord.NEVER : millis;
    }
}
