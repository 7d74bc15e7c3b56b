package dev.portcullis.gateway.trace;

import dev.portcullis.gateway.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What others have noted on a trace (W3C Trace Context, level 2, section 3.3). It is passed on or
 * dropped as a whole; we note nothing there.
 */
final class TraceState {
    private static final int MEMBERS_MAX = 32;
    private static final int OCTETS_MAX = 8192;
    private static final Pattern KEY = Pattern.compile(
            "[a-z0-9][a-z0-9_\\-*/]{0,255}"
                    + "|[a-z0-9][a-z0-9_\\-*/]{0,240}@[a-z][a-z0-9_\\-*/]{0,13}");
    private static final Pattern VALUE = Pattern.compile(
            "[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}"
                    + "[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

    private TraceState() {}

    /** Whether all its fields together are well-formed; having none is, too. */
    static boolean isGood(RequestHead head) {
        Set<String> keys = new HashSet<>();
        int octets = 0;
        for (int field = 0; field < head.fields(); field++) {
            if (!head.isTracestate(field)) {
                continue;
            }
            int from = head.valueFrom(field);
            int length = head.valueTo(field) - from;
            octets += length;
            String text =
                    new String(head.bytes(), from, length, StandardCharsets.ISO_8859_1);
            if (octets > OCTETS_MAX || !membersAreGood(text, keys)) {
                return false;
            }
        }
        return true;
    }

    private static boolean membersAreGood(String list, Set<String> keys) {
        for (String member : list.split(",", -1)) {
            String trimmed = member.strip();
            if (trimmed.isEmpty()) {
                continue;
            }
            int equals = trimmed.indexOf('=');
            boolean good = equals > 0
                    && KEY.matcher(trimmed.substring(0, equals)).matches()
                    && VALUE.matcher(trimmed.substring(equals + 1)).matches()
                    && keys.add(trimmed.substring(0, equals))
                    && keys.size() <= MEMBERS_MAX;
            if (!good) {
                return false;
            }
        }
        return true;
    }
}
