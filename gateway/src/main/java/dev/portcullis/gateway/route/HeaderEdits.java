package dev.portcullis.gateway.route;

import dev.portcullis.gateway.http1.FieldMatcher;
import dev.portcullis.gateway.http1.MessageHead;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Changes of the fields of a head, made ready: which are taken away, in whatever spelling, and the
 * lines that are added. Immutable; any thread.
 */
public final class HeaderEdits {
    private static final String HOST = "host";

    private final FieldMatcher[] gone;
    private final byte[] lines;
    private final boolean setsHost;

    private HeaderEdits(FieldMatcher[] gone, byte[] lines, boolean setsHost) {
        this.gone = gone;
        this.lines = lines;
        this.setsHost = setsHost;
    }

    /** What is left of changes that were checked; null when they change nothing. */
    static HeaderEdits of(RouteConfig.HeaderChanges changes) {
        if (changes.remove().isEmpty() && changes.set().isEmpty()) {
            return null;
        }
        // what is set replaces what is there
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(changes.remove());
        names.addAll(changes.set().keySet());
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, String> field : new TreeMap<>(changes.set()).entrySet()) {
            lines.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
        }
        return new HeaderEdits(
                names.stream().map(FieldMatcher::of).toArray(FieldMatcher[]::new),
                lines.toString().getBytes(StandardCharsets.US_ASCII),
                changes.set().keySet().stream().anyMatch(HOST::equalsIgnoreCase));
    }

    /** Whether a field is taken away. */
    public boolean remove(MessageHead head, int field) {
        for (FieldMatcher name : gone) {
            if (name.matches(head, field)) {
                return true;
            }
        }
        return false;
    }

    /** The fields that are added, each with the end of its line. Read only. */
    public byte[] lines() {
        return lines;
    }

    /** Whether Host is among them. */
    public boolean setsHost() {
        return setsHost;
    }
}
