package dev.portcullis.gateway.route;

import dev.portcullis.gateway.http1.ConnectionOptions;
import dev.portcullis.gateway.http1.FieldMatcher;
import dev.portcullis.gateway.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * That a request has a field, with a value or any. A field that Connection names is not there for
 * it, as it is not for the upstream. Immutable; any thread.
 */
final class HeaderCondition {
    private static final String ANY = "*";

    private final FieldMatcher name;
    private final byte[] value;

    HeaderCondition(String name, String value) {
        this.name = FieldMatcher.of(name);
        this.value = value.equals(ANY) ? null : value.getBytes(StandardCharsets.US_ASCII);
    }

    boolean isMet(RequestHead head) {
        for (int field = 0; field < head.fields(); field++) {
            if (isNamed(head, field) && head.isExact(field) && hasValue(head, field)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether two readers may differ on it: the name stands there in another spelling, which some
     * take for it, or twice, once with the value and once without, of which some take the first
     * and others the last.
     */
    boolean isAmbiguous(RequestHead head) {
        boolean met = false;
        boolean unmet = false;
        for (int field = 0; field < head.fields(); field++) {
            if (!isNamed(head, field)) {
                continue;
            }
            if (!head.isExact(field)) {
                return true;
            }
            boolean has = hasValue(head, field);
            met |= has;
            unmet |= !has;
        }
        return met && unmet;
    }

    private boolean isNamed(RequestHead head, int field) {
        return name.matches(head, field)
                && !(head.nominatesFields() && ConnectionOptions.nominate(head, field));
    }

    private boolean hasValue(RequestHead head, int field) {
        return value == null || Arrays.equals(value, 0, value.length,
                head.bytes(), head.valueFrom(field), head.valueTo(field));
    }
}
