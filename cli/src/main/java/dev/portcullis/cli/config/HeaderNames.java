package dev.portcullis.cli.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names and values of header fields (RFC 9110, section 5) as configuration may have them. */
final class HeaderNames {
    /** RFC 9110, section 5.6.2. */
    static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]";

    private static final Pattern NAME = Pattern.compile(TOKEN + "{1,100}");
    /** RFC 9110, section 5.5, without what only old software sends. */
    private static final Pattern VALUE = Pattern.compile("[!-~]([ -~\\t]{0,2046}[!-~])?");
    /** Framing and the connection; credentials; who calls; what asks for another request. */
    private static final Set<String> GATEWAYS = Set.of(
            "host", "content-length", "transfer-encoding", "connection", "keep-alive",
            "proxy-connection", "te", "trailer", "upgrade", "http2-settings", "expect",
            "authorization", "proxy-authorization", "proxy-authenticate", "x-api-key",
            "x-request-id", "forwarded", "x-real-ip", "via", "x-http-method",
            "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url",
            "proxy");

    /** Names of fields that may be set in responses, as they are written. */
    static final ValueType<String> RESPONSE = form(HeaderNames::name);
    /** Names of fields that may be set in requests: also that of the host. */
    static final ValueType<String> REQUEST =
            form(text -> text.equalsIgnoreCase("host") ? text : name(text));
    /** Names of fields that may be taken away, in lower case. */
    static final ValueType<String> REMOVED =
            form(text -> name(text).toLowerCase(Locale.ROOT));
    /** Names of fields that may choose an application, in lower case. */
    static final ValueType<String> MATCHED = form(HeaderNames::matched);
    /** Values of fields. */
    static final ValueType<String> VALUES = new ValueType<>("header value", text -> {
        if (!VALUE.matcher(text).matches()) {
            // not repeated: it may be long, or hold what a terminal obeys
            throw new BadValueException("a value is 1 to 2048 visible ASCII characters, with "
                    + "spaces only between them");
        }
        return text;
    }, t -> t);

    private HeaderNames() {}

    private static ValueType<String> form(ValueType.Parser<String> parser) {
        return new ValueType<>("header name", parser, text -> text);
    }

    private static String matched(String text) throws BadValueException {
        String name = name(text).toLowerCase(Locale.ROOT);
        if (name.equals("cookie") || !name.matches("[a-z0-9-]+")) {
            throw new BadValueException("'" + text + "' cannot choose an application");
        }
        return name;
    }

    private static String name(String text) throws BadValueException {
        if (!NAME.matcher(text).matches()) {
            throw new BadValueException("'" + text + "' is not a header name (RFC 9110)");
        }
        String folded = folded(text);
        if (folded.startsWith("x-portcullis") || folded.startsWith("x-forwarded-")) {
            throw new BadValueException("'" + text + "': fields of this name are the gateway's "
                    + "own");
        }
        if (folded.equals("host")) {
            throw new BadValueException("'" + text + "' is no field that can be changed or asked "
                    + "for; an application has a host");
        }
        if (GATEWAYS.contains(folded)) {
            throw new BadValueException("'" + text + "': the gateway itself decides about this "
                    + "field");
        }
        return text;
    }

    /** The one spelling for all that careless servers take for the same. */
    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }
}
