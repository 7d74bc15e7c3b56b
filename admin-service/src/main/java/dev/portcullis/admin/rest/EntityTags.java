package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.User;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Revisions as entity tags (RFC 9110, section 8.8.3), and what If-Match asks of them (section
 * 13.1.1).
 */
final class EntityTags {
    /** No revision is asked for. */
    static final long ANY = 0;

    private static final Pattern TAGS =
            Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(,|$)");
    private static final int HEADER_MAX = 1_000;

    private EntityTags() {}

    static String of(User user) {
        return '"' + Long.toString(user.revision()) + '"';
    }

    /**
     * The revision that a user must still have for a change to be made.
     *
     * @param ifMatch the header's value; null when there is none
     * @param now the user's present revision; asked for only where the header names several
     * @throws RestException 412 when the header names none that could match
     */
    static long expected(String ifMatch, Supplier<Long> now) {
        if (ifMatch == null || ifMatch.trim().equals("*")) {
            return ANY;
        }
        Matcher tags = TAGS.matcher(ifMatch.length() > HEADER_MAX ? "" : ifMatch);
        long only = ANY;
        int named = 0;
        int at = 0;
        while (at < ifMatch.length() && tags.find() && tags.start() == at) {
            long revision = tags.group(1) == null ? revision(tags.group(2)) : ANY;
            if (revision != ANY) {
                only = revision;
                named++;
            }
            at = tags.end();
        }
        if (named == 0 || at < ifMatch.length()) {
            throw changed();
        }
        if (named == 1) {
            return only;
        }
        long present = now.get();
        if (!ifMatch.contains('"' + Long.toString(present) + '"')) {
            throw changed();
        }
        return present;
    }

    static RestException changed() {
        return new RestException(412, "the user has another revision than If-Match asks for");
    }

    private static long revision(String tag) {
        return tag.matches("[1-9][0-9]{0,17}") ? Long.parseLong(tag) : ANY;
    }
}
