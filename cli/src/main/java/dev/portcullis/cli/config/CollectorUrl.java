package dev.portcullis.cli.config;

import java.net.URI;

/** URLs of collectors of traces: {@code http://host:port/path}. */
final class CollectorUrl {
    static final ValueType<URI> TYPE =
            new ValueType<>("URL with path", CollectorUrl::parse, URI::toString);

    private CollectorUrl() {}

    private static URI parse(String text) throws BadValueException {
        if (text.indexOf('@') >= 0) {
            // not repeated in the message: it may hold a password
            throw new BadValueException("a user name or password in a URL is not supported");
        }
        int scheme = text.indexOf("://");
        int slash = scheme < 0 ? -1 : text.indexOf('/', scheme + 3);
        String path = slash < 0 ? "" : text.substring(slash);
        if (scheme < 0 || !path.matches("(/[A-Za-z0-9._~-]+)*/?") || path.length() > 1_000) {
            throw new BadValueException("'" + text + "' is not http://host:port/path, such as "
                    + "http://127.0.0.1:4318/v1/traces");
        }
        Upstream server = Upstream.parse(slash < 0 ? text : text.substring(0, slash));
        return URI.create(server + path);
    }
}
