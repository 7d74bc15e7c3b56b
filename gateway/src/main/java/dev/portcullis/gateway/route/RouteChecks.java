package dev.portcullis.gateway.route;

import dev.portcullis.gateway.http1.FieldMatcher;
import dev.portcullis.gateway.http1.FieldName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds all that is wrong with one route, in words for who configured it. */
final class RouteChecks {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");
    private static final String LABELS = "[a-z0-9_-]{1,63}(?:\\.[a-z0-9_-]{1,63})*";
    private static final Pattern HOST =
            Pattern.compile("(?:\\*\\.)?" + LABELS + "|\\[[0-9a-f:.]{2,45}]");
    private static final int HOST_MAX = 255;
    private static final Pattern HOST_VALUE =
            Pattern.compile("(?:[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");
    /**
     * RFC 3986, section 3.3, without percent-encoding and parameters: there is one way to write
     * and one way to read each path.
     */
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~!$&'()+,=:@/-]*");
    private static final int PATH_MAX = 1_000;
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");
    private static final Pattern FIELD_OF_MATCH = Pattern.compile("[a-z0-9-]{1,100}");
    private static final Pattern GRPC =
            Pattern.compile("/[A-Za-z_][A-Za-z0-9_.]*/(?:[A-Za-z_][A-Za-z0-9_]*\\*?|\\*)");
    private static final int FIELDS_MAX = 50;
    private static final int NAME_MAX = 100;
    private static final int VALUE_MAX = 4_096;
    private static final int RULES_MAX = 1_000;

    private final RouteConfig route;
    private final List<String> mistakes = new ArrayList<>();

    private RouteChecks(RouteConfig route) {
        this.route = route;
    }

    /** What is wrong with a route by itself; empty when nothing is. */
    static List<String> mistakes(RouteConfig route) {
        RouteChecks checks = new RouteChecks(route);
        checks.name();
        checks.match();
        checks.rules();
        checks.grpc();
        checks.prefix();
        checks.changes("request_headers", route.request(), true);
        checks.changes("response_headers", route.response(), false);
        checks.limits();
        return checks.mistakes;
    }

    static boolean isGrpcPattern(String text) {
        return GRPC.matcher(text).matches() && text.length() <= PATH_MAX;
    }

    private void wrong(String where, String what) {
        mistakes.add(where + ": " + what);
    }

    private void name() {
        if (!NAME.matcher(route.name()).matches()) {
            wrong("name", "'" + route.name() + "' is not 1 to 63 of a-z, 0-9 and -");
        }
    }

    private void match() {
        RouteConfig.Match match = route.match();
        String host = match.host();
        if (!host.isEmpty() && (!HOST.matcher(host).matches() || host.length() > HOST_MAX)) {
            wrong("host", "'" + host + "' is neither a host name in lower case without port, nor"
                    + " *. and one");
        }
        path("path", match.path());
        methods("methods", match.methods());
        headers(match.headers());
    }

    private boolean path(String where, String path) {
        boolean good = PATH.matcher(path).matches() && path.length() <= PATH_MAX;
        if (good) {
            String[] segments = path.substring(1).split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                boolean last = i == segments.length - 1;
                good &= !segments[i].equals(".") && !segments[i].equals("..")
                        && (last || !segments[i].isEmpty());
            }
        }
        if (!good) {
            wrong(where, "'" + path + "' is not a path in normal form: it begins with /, and has"
                    + " no query, no percent-encoding, no parameter, no empty segment and no"
                    + " segment . or ..");
        }
        return good;
    }

    private void methods(String where, Set<String> methods) {
        for (String method : methods) {
            if (!METHOD.matcher(method).matches()) {
                wrong(where, "'" + method + "' is not a method of HTTP");
            } else if (method.equals("TRACE") || method.equals("CONNECT")) {
                wrong(where, method + " is never served");
            }
        }
    }

    /** What says who calls, and what the gateway itself writes, chooses no application. */
    private void headers(Map<String, String> headers) {
        if (headers.size() > FIELDS_MAX) {
            wrong("headers", "more than " + FIELDS_MAX);
        }
        headers.forEach((name, value) -> {
            if (!FIELD_OF_MATCH.matcher(name).matches()) {
                wrong("headers", "'" + name + "' is not a name of a-z, 0-9 and -");
            } else if (!isOrdinary(name) || name.equals("cookie")) {
                wrong("headers", name + " is not for choosing an application");
            }
            if (value.isEmpty() || value.length() > VALUE_MAX || !FieldMatcher.isValue(value)) {
                wrong("headers", name + ": not a value that a header can have");
            }
        });
    }

    /** Neither framing, nor of the connection, nor a credential, nor of the gateway's own. */
    private static boolean isOrdinary(String name) {
        FieldName meaning = FieldName.of(name);
        return meaning == FieldName.OTHER || meaning == FieldName.CONTENT_TYPE;
    }

    private void rules() {
        if (route.rules().size() > RULES_MAX) {
            wrong("rules", "more than " + RULES_MAX);
        }
        int number = 0;
        for (RouteConfig.Rule rule : route.rules()) {
            number++;
            String where = "rules: " + number;
            methods(where + ": methods", rule.methods());
            if (!rule.path().isEmpty()) {
                rulePath(where + ": path", rule.path());
            }
        }
    }

    private void rulePath(String where, String path) {
        boolean prefix = path.endsWith("*");
        String plain = prefix ? path.substring(0, path.length() - 1) : path;
        if (path(where, plain) && !isReached(plain, prefix)) {
            wrong(where, "'" + path + "' is not below " + route.match().path()
                    + ", so that no request comes there");
        }
    }

    /** Whether requests of this route can have that path, or one that begins so. */
    private boolean isReached(String path, boolean prefix) {
        String own = route.match().path();
        String base = own.endsWith("/") ? own.substring(0, own.length() - 1) : own;
        return path.equals(base) || path.startsWith(base + "/")
                || prefix && base.startsWith(path);
    }

    private void grpc() {
        for (String pattern : route.grpc().patterns()) {
            if (!isGrpcPattern(pattern)) {
                wrong("grpc: read_methods", "'" + pattern + "' is not /package.Service/Method, with"
                        + " * at its end or not");
            }
        }
    }

    private void prefix() {
        if (route.prefix() != null && !route.prefix().isEmpty()) {
            path("rewrite_prefix", route.prefix());
        }
    }

    private void changes(String where, RouteConfig.HeaderChanges changes, boolean request) {
        if (changes.remove().size() + changes.set().size() > FIELDS_MAX) {
            wrong(where, "more than " + FIELDS_MAX);
        }
        for (String name : changes.remove()) {
            field(where + ": remove", name, false);
        }
        Set<String> set = new LinkedHashSet<>();
        changes.set().forEach((name, value) -> {
            field(where + ": set", name, request);
            if (!set.add(name.toLowerCase(Locale.ROOT))) {
                wrong(where + ": set", name + " stands there twice");
            }
            if (value.length() > VALUE_MAX || !FieldMatcher.isValue(value)) {
                wrong(where + ": set", name + ": not a value that a header can have");
            } else if (FieldName.of(name) == FieldName.HOST
                    && !HOST_VALUE.matcher(value).matches()) {
                wrong(where + ": set", name + ": '" + value + "' is not a host");
            }
        });
    }

    private void field(String where, String name, boolean hostToo) {
        if (!FieldMatcher.isName(name) || name.length() > NAME_MAX) {
            wrong(where, "'" + name + "' is not a header's name");
        } else if (!isOrdinary(name) && !(hostToo && name.equalsIgnoreCase("host"))) {
            wrong(where, name + " is the gateway's to write or to remove");
        }
    }

    private void limits() {
        if (route.limits().bodyBytesMax() < 0) {
            wrong("limits: body", "is negative");
        }
    }
}
