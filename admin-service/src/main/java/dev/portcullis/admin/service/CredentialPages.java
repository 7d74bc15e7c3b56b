package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.store.CredentialQuery;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.Cursor;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.core.token.CredentialKind;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Lists of credentials of one kind, by pages. */
final class CredentialPages {
    private final CredentialKind kind;
    private final TokenFilter filter;
    private final PageRequest page;

    /**
     * A list.
     *
     * @param filter its user is not looked at
     */
    CredentialPages(CredentialKind kind, TokenFilter filter, PageRequest page) {
        this.kind = kind;
        this.filter = filter;
        this.page = page;
    }

    /**
     * The page that was asked for.
     *
     * @param userId of whose there are; null: of all users
     * @param nowMillis milliseconds since the epoch
     * @throws dev.portcullis.admin.model.ServiceException {@code INVALID_ARGUMENT} for a page size
     *     out of bounds, and for a cursor of a list with other filters
     */
    Page<Token> read(ReadTransaction transaction, String userId, long nowMillis)
            throws SQLException {
        int size = Pages.size(page);
        Long endsBefore = millis(filter.expiresBefore());
        Long usedBefore = millis(filter.lastUsedBefore());
        String list = String.join("|", kind.name(), String.valueOf(userId),
                String.valueOf(filter.state()), String.valueOf(endsBefore),
                String.valueOf(usedBefore));
        Cursor after = Pages.cursor(page, list);
        CredentialQuery query = new CredentialQuery(
                kind, userId, filter.state(), endsBefore, usedBefore, nowMillis, after, size + 1);
        List<CredentialRow> rows = transaction.credentials().list(query);
        return Pages.page(rows, size, list, query::cursor, row -> Views.token(row, nowMillis));
    }

    /** Instants beyond what milliseconds can count stand for the first or last of these. */
    private static Long millis(Instant instant) {
        if (instant == null) {
            return null;
        }
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            return instant.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }
}
