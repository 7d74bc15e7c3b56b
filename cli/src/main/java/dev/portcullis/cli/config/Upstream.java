package dev.portcullis.cli.config;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of an upstream: {@code http://host:port} or {@code https://host:port} and nothing more.
 * Immutable.
 *
 * @param tls whether TLS is spoken there
 * @param address its host and port; the port is 80 or 443 where none was written
 */
public record Upstream(boolean tls, Address address) {
    private static final Pattern FORM = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://(.*)");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    static Upstream parse(String text) throws BadValueException {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new BadValueException(
                    "'" + redacted(text)
                            + "' is not http://host:port, such as http://127.0.0.1:3000");
        }
        String scheme = form.group(1).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new BadValueException("scheme '" + form.group(1) + "' is not supported for "
                    + "upstreams; http and https are");
        }
        boolean tls = scheme.equals("https");
        return new Upstream(tls, authority(form.group(2), tls ? HTTPS_PORT : HTTP_PORT));
    }

    private static Address authority(String text, int defaultPort) throws BadValueException {
        if (text.indexOf('@') >= 0) {
            // not repeated in the message: it may hold a password
            throw new BadValueException("a user name or password in the URL of an upstream is "
                    + "not supported");
        }
        String authority = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        if (authority.matches(".*[/?#].*")) {
            throw new BadValueException("'" + text + "' has a path, query or fragment; the URL of "
                    + "an upstream is only http://host:port");
        }
        boolean portless = authority.matches("[^:\\[\\]]+|\\[[^\\]]*\\]");
        Address address = Address.parse(portless ? authority + ":" + defaultPort : authority);
        if (address.port() == 0) {
            throw new BadValueException("port 0 cannot be connected to");
        }
        return address;
    }

    private static String redacted(String text) {
        return text.indexOf('@') >= 0 ? "(hidden)" : text;
    }

    /** With the port always written. */
    public URI uri() {
        return URI.create(toString());
    }

    /** As it is written in configuration. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + address;
    }
}
