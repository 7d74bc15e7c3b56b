package dev.portcullis.cli.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** From what was written about applications to applications, or to mistakes. */
final class ApplicationReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");
    /** RFC 3986 section 3.3, without percent-encoding: there is one way to write each path. */
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~!$&'()*+,;=:@/-]*");
    private static final int PATH_MAX = 1_000;

    private final Mistakes mistakes;
    private final Map<String, Origin> names = new HashMap<>();
    private final Map<String, Origin> places = new HashMap<>();

    ApplicationReader(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    List<Application> read(List<GivenApplication> given) {
        List<Application> applications = new ArrayList<>();
        for (GivenApplication one : given) {
            Application application = read(one);
            if (application != null) {
                applications.add(application);
            }
        }
        return applications;
    }

    /** Null when something is wrong with it; all that is has then been told. */
    private Application read(GivenApplication given) {
        String name = field(given, "name", null, ApplicationReader::name);
        String host = field(given, "host", "", ApplicationReader::host);
        String path = field(given, "path", "/", ApplicationReader::path);
        Upstream upstream = field(given, "upstream", null, Upstream::parse);
        if (name != null) {
            unique(names, name, given, "name", "name '" + name + "'");
        }
        if (host != null && path != null) {
            String where = host.isEmpty() ? path : host + path;
            unique(places, host + path, given, "path", where);
        }
        if (name == null || host == null || path == null || upstream == null) {
            return null;
        }
        return new Application(name, host, path, upstream, given.origin());
    }

    private <T> T field(
            GivenApplication given, String field, T absent, ValueType.Parser<T> parser) {
        Given text = given.fields().get(field);
        if (text == null) {
            if (absent == null) {
                mistakes.add(given.origin(), "applications: " + field + ": missing");
            }
            return absent;
        }
        try {
            return parser.parse(text.text());
        } catch (BadValueException e) {
            mistakes.add(text.origin(), "applications: " + field + ": " + e.getMessage());
            return null;
        }
    }

    private void unique(Map<String, Origin> seen, String value, GivenApplication given,
            String field, String what) {
        Given text = given.fields().get(field);
        Origin origin = text == null ? given.origin() : text.origin();
        Origin first = seen.putIfAbsent(value, origin);
        if (first != null) {
            mistakes.add(origin, "applications: " + what + " is taken, at " + first.where());
        }
    }

    private static String name(String text) throws BadValueException {
        if (!NAME.matcher(text).matches()) {
            throw new BadValueException("'" + text + "' is not 1 to 63 of a-z, 0-9 and -");
        }
        return text;
    }

    private static String host(String text) throws BadValueException {
        if (text.startsWith("[") && text.endsWith("]")) {
            return "[" + Address.parse(text + ":0").host() + "]";
        }
        if (text.indexOf(':') >= 0) {
            throw new BadValueException("'" + text + "' has a port; write the host alone");
        }
        return Address.host(text);
    }

    private static String path(String text) throws BadValueException {
        if (!PATH.matcher(text).matches() || text.length() > PATH_MAX) {
            throw new BadValueException("'" + text + "' is not a path that begins with / and has "
                    + "neither query nor percent-encoding");
        }
        for (String segment : text.substring(1).split("/", -1)) {
            boolean root = text.length() == 1;
            if (!root && segment.isEmpty()) {
                throw new BadValueException("'" + text + "' has an empty segment (// or / at its "
                        + "end)");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw new BadValueException("'" + text + "' has a segment . or ..");
            }
        }
        return text;
    }
}
