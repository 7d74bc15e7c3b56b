package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The parts of a user's update, in its transaction. Each answers whether it changed anything. */
final class UserChanges {
    private UserChanges() {}

    /** Changes what no other use case changes: description and groups; null leaves one. */
    static boolean describe(
            WriteTransaction transaction,
            Actor actor,
            UserRow row,
            String description,
            List<String> groups)
            throws SQLException {
        User before = Views.user(transaction, row);
        boolean changed = description != null && !description.equals(row.description());
        if (changed) {
            transaction.setDescription(row.id(), description);
        }
        changed |= groups != null && setGroups(
                transaction, row, before.groups(), Subjects.groups(transaction, "groups", groups));
        if (changed) {
            User after = Views.user(transaction, transaction.user(row.id()));
            transaction.audit(actor, new AuditEntry(
                    "user.update", "user", row.id(),
                    AuditJson.user(before), AuditJson.user(after)));
        }
        return changed;
    }

    private static boolean setGroups(
            WriteTransaction transaction,
            UserRow row,
            List<GroupReference> before,
            List<GroupRow> wanted)
            throws SQLException {
        Set<String> left = new LinkedHashSet<>();
        before.forEach(group -> left.add(group.id()));
        List<String> joined = new ArrayList<>();
        for (GroupRow group : wanted) {
            if (!left.remove(group.id())) {
                joined.add(group.id());
            }
        }
        if (!left.isEmpty()) {
            transaction.groups().leave(row, List.copyOf(left));
        }
        if (!joined.isEmpty()) {
            BindingSteps.checkGrantable(row);
            transaction.groups().join(row, joined);
        }
        return !left.isEmpty() || !joined.isEmpty();
    }

    /** Blocks or unblocks; answers whether that had to be done. */
    static boolean setBlocked(
            WriteTransaction transaction, Actor actor, UserRow row, boolean blocked)
            throws SQLException {
        if (blocked == row.blocked()) {
            return false;
        }
        transaction.setBlocked(row.id(), blocked);
        transaction.audit(actor, new AuditEntry(
                blocked ? "user.block" : "user.unblock", "user", row.id(),
                AuditJson.user(row, row.blocked()), AuditJson.user(row, blocked)));
        return true;
    }
}
