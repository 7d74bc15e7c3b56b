package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.core.access.Role;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/** Between the words of the REST API and those of the use cases. */
final class Words {
    /** What a user without a binding for all applications has as their role. */
    static final String NO_ROLE = "none";

    private static final Pattern RFC_3339 = Pattern.compile(
            "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

    private Words() {}

    /**
     * The role that a word names; NetBird's {@code user} is a reader.
     *
     * @throws ServiceException naming {@code field}
     */
    static Role role(String field, String word) {
        if (word.equals("user")) {
            return Role.READER;
        }
        for (Role role : Role.values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw ServiceException.invalid(
                field, "must be admin, writer, reader (or user, which is the same) or auditor");
    }

    /** The role's word in NetBird's fields. */
    static String netbird(Role role) {
        if (role == null) {
            return NO_ROLE;
        }
        return role == Role.READER ? "user" : role.word();
    }

    /**
     * An instant as RFC 3339 writes it.
     *
     * @throws ServiceException naming {@code field}
     */
    static Instant instant(String field, String text) {
        if (RFC_3339.matcher(text).matches()) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                // a 31st of February
            }
        }
        throw ServiceException.invalid(
                field, "must be a date and time such as 2030-01-31T12:00:00Z");
    }
}
