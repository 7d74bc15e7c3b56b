package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.UserRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From ids and names, as callers write them, to the users and groups they stand for. */
final class Subjects {
    private Subjects() {}

    /**
     * The group that an id or name stands for.
     *
     * @throws ServiceException when there is none
     */
    static GroupRow group(ReadTransaction transaction, String group) throws SQLException {
        checkText("group", group);
        GroupRow row = transaction.groups().group(group);
        if (row == null) {
            row = transaction.groups().groupByNameKey(Names.key(group));
        }
        if (row == null) {
            throw ServiceException.notFound("group");
        }
        return row;
    }

    /** Demands of ids or names, given as a list, what can be said before they are looked for. */
    static void checkTexts(String field, List<String> texts, int max) {
        if (texts.size() > max) {
            throw ServiceException.invalid(field, "at most " + max);
        }
        for (int i = 0; i < texts.size(); i++) {
            checkText(field + "[" + i + "]", texts.get(i));
        }
    }

    /** Demands of an id or name what can be said before it is looked for. */
    static void checkText(String field, String text) {
        if (text == null || text.isEmpty()) {
            throw ServiceException.invalid(field, "is required");
        }
        if (text.length() > Names.TEXT_MAX) {
            throw ServiceException.invalid(field, "is longer than any id or name");
        }
    }

    /**
     * The users that ids or names stand for, each once, in the order given.
     *
     * @param texts have passed {@link #checkTexts}
     * @throws ServiceException when there is none for one of them, or no longer
     */
    static List<UserRow> users(ReadTransaction transaction, String field, List<String> texts)
            throws SQLException {
        Map<String, UserRow> byText = new HashMap<>();
        for (UserRow row : transaction.usersAmong(texts, keys(texts))) {
            if (!row.deleted()) {
                byText.put(row.id(), row);
                byText.put(row.nameKey(), row);
            }
        }
        Map<String, UserRow> found = new LinkedHashMap<>();
        for (UserRow row : inOrder(byText, field, "user", texts)) {
            found.put(row.id(), row);
        }
        return List.copyOf(found.values());
    }

    /** The groups that ids or names stand for; as {@link #users}. */
    static List<GroupRow> groups(ReadTransaction transaction, String field, List<String> texts)
            throws SQLException {
        Map<String, GroupRow> byText = new HashMap<>();
        for (GroupRow row : transaction.groups().groupsAmong(texts, keys(texts))) {
            byText.put(row.id(), row);
            byText.put(row.nameKey(), row);
        }
        Map<String, GroupRow> found = new LinkedHashMap<>();
        for (GroupRow row : inOrder(byText, field, "group", texts)) {
            found.put(row.id(), row);
        }
        return List.copyOf(found.values());
    }

    private static <R> List<R> inOrder(
            Map<String, R> byText, String field, String what, List<String> texts) {
        List<R> rows = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            R row = byText.get(texts.get(i));
            if (row == null) {
                row = byText.get(Names.key(texts.get(i)));
            }
            if (row == null) {
                throw ServiceException.notFound(field + "[" + i + "]: " + what);
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<String> keys(List<String> texts) {
        return texts.stream().map(Names::key).toList();
    }
}
