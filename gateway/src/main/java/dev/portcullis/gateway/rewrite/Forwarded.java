package dev.portcullis.gateway.rewrite;

import dev.portcullis.gateway.http1.FieldMatcher;
import dev.portcullis.gateway.http1.FieldName;
import dev.portcullis.gateway.http1.RequestHead;
import java.util.Arrays;

/**
 * What a trusted proxy says of the request that it forwards. A field that is not well-formed, or
 * stands there twice, says nothing. Immutable; the arrays are read only.
 *
 * @param chain the entries of {@code X-Forwarded-For}, in their order; empty for none
 * @param host of {@code X-Forwarded-Host}; null when it says none
 * @param proto of {@code X-Forwarded-Proto}: {@code http} or {@code https}; null when it says none
 * @param requestId of {@code X-Request-Id}: 1 to 128 letters, digits and {@code -._~:+/=@}; null
 *     when there is none
 */
public record Forwarded(byte[] chain, byte[] host, byte[] proto, byte[] requestId) {
    private static final FieldMatcher FOR = FieldMatcher.of("x-forwarded-for");
    private static final FieldMatcher HOST = FieldMatcher.of("x-forwarded-host");
    private static final FieldMatcher PROTO = FieldMatcher.of("x-forwarded-proto");
    private static final FieldMatcher REQUEST_ID = FieldMatcher.of("x-request-id");

    private static final int REQUEST_ID_MAX = 128;
    private static final int HOST_MAX = 255 + ":65535".length();

    /** What the head of a request from a trusted proxy says. */
    static Forwarded of(RequestHead head) {
        return new Forwarded(
                chain(head),
                checked(only(head, FieldName.X_FORWARDED, HOST), HOST_MAX, ".-_:[]"),
                proto(only(head, FieldName.X_FORWARDED, PROTO)),
                checked(only(head, FieldName.X_REQUEST_ID, REQUEST_ID),
                        REQUEST_ID_MAX, "-._~:+/=@"));
    }

    /** Several fields of a name are one list, in their order (RFC 9110, section 5.3). */
    private static byte[] chain(RequestHead head) {
        byte[] chain = {};
        for (int field = 0; field < head.fields(); field++) {
            int from = head.valueFrom(field);
            int length = head.valueTo(field) - from;
            if (isNamed(head, field, FieldName.X_FORWARDED, FOR) && length > 0) {
                int before = chain.length == 0 ? 0 : chain.length + 2;
                byte[] longer = Arrays.copyOf(chain, before + length);
                if (before > 0) {
                    longer[before - 2] = ',';
                    longer[before - 1] = ' ';
                }
                System.arraycopy(head.bytes(), from, longer, before, length);
                chain = longer;
            }
        }
        return chain;
    }

    private static boolean isNamed(
            RequestHead head, int field, FieldName meaning, FieldMatcher name) {
        return head.name(field) == meaning && name.matches(head, field) && head.isExact(field);
    }

    /** The value of the one field of a name; null when there is none, or more than one. */
    private static byte[] only(RequestHead head, FieldName meaning, FieldMatcher name) {
        byte[] value = null;
        for (int field = 0; field < head.fields(); field++) {
            if (isNamed(head, field, meaning, name)) {
                if (value != null) {
                    return null;
                }
                value = Arrays.copyOfRange(
                        head.bytes(), head.valueFrom(field), head.valueTo(field));
            }
        }
        return value;
    }

    /** A value of letters, digits and these others; null when it is anything else. */
    private static byte[] checked(byte[] value, int max, String others) {
        if (value == null || value.length == 0 || value.length > max) {
            return null;
        }
        for (byte octet : value) {
            boolean good = octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z'
                    || octet >= '0' && octet <= '9' || others.indexOf(octet) >= 0;
            if (!good) {
                return null;
            }
        }
        return value;
    }

    private static byte[] proto(byte[] value) {
        if (value == null || value.length < 4 || value.length > 5) {
            return null;
        }
        byte[] lower = value.clone();
        for (int i = 0; i < lower.length; i++) {
            lower[i] |= 0x20;
        }
        boolean known = Arrays.equals(lower, RequestRewriter.HTTP)
                || Arrays.equals(lower, RequestRewriter.HTTPS);
        return known ? lower : null;
    }
}
