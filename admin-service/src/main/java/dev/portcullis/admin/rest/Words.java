package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.regex.Pattern;

/** Between the words of the REST API and those of the use cases. */
final class Words {
    /** What a user without a binding for all applications has as their role. */
    static final String NO_ROLE = "none";
    /** What a request asks for of which no credential is looked at. */
    static final String NO_ACCESS = "none";

    private static final Pattern RFC_3339 = Pattern.compile(
            "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

    private static final Pattern DURATION = Pattern.compile("[0-9]{1,9}[smhd]");
    private static final Map<Character, Duration> UNITS = Map.of(
            's', Duration.ofSeconds(1),
            'm', Duration.ofMinutes(1),
            'h', Duration.ofHours(1),
            'd', Duration.ofDays(1));

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

    /**
     * The kind of user that a word names.
     *
     * @throws ServiceException naming {@code field}
     */
    static UserKind kind(String field, String word) {
        for (UserKind kind : UserKind.values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw ServiceException.invalid(field, "must be service or person");
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

    /**
     * A time with a unit: {@code 90s}, {@code 15m}, {@code 24h} or {@code 7d}.
     *
     * @param text may be null: then the answer is, too
     * @throws ServiceException naming {@code field}
     */
    static Duration duration(String field, String text) {
        if (text == null) {
            return null;
        }
        if (!DURATION.matcher(text).matches()) {
            throw ServiceException.invalid(
                    field, "must be a whole number with s, m, h or d behind it, such as 24h");
        }
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return UNITS.get(text.charAt(text.length() - 1)).multipliedBy(number);
    }

    /** As {@link #duration(String, String)} reads it, in the largest unit that fits. */
    static String duration(Duration duration) {
        for (char unit : new char[] {'d', 'h', 'm'}) {
            long seconds = UNITS.get(unit).toSeconds();
            if (duration.toSeconds() % seconds == 0) {
                return duration.toSeconds() / seconds + "" + unit;
            }
        }
        return duration.toSeconds() + "s";
    }
}
