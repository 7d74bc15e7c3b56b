package dev.portcullis.cli.config;

import dev.portcullis.core.access.Access;
import dev.portcullis.gateway.route.RouteConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the values of an application are written that no setting has. */
final class RouteForms {
    static final ValueType<String> NAME = ValueType.text(
            Pattern.compile("[a-z0-9-]{1,63}"), "1 to 63 of a-z, 0-9 and -");
    static final ValueType<String> HOST = form("host", RouteForms::host);
    static final ValueType<String> PATH = form("path", RouteForms::path);
    static final ValueType<String> RULE_PATH = form("path", RouteForms::rulePath);
    static final ValueType<String> GRPC_METHOD = ValueType.text(
            Pattern.compile("(?=.{1,1000}$)/[A-Za-z_][A-Za-z0-9_.]*/"
                    + "([A-Za-z_][A-Za-z0-9_]*\\*?|\\*)"),
            "/package.Service/Method, with or without * at its end");
    /** RFC 3986, section 3.3 and 3.4: what may stand in a request line. */
    static final ValueType<String> HEALTH_PATH = ValueType.text(
            Pattern.compile("/([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){0,999}"),
            "a path that begins with /, such as /healthz");
    static final ValueType<String> METHOD = form("method", RouteForms::method);
    static final ValueType<Boolean> AUTHENTICATED =
            ValueType.choice(Map.of("none", false, "token", true));
    static final ValueType<Access> ACCESS =
            ValueType.choice(Map.of("read", Access.READ, "write", Access.WRITE));
    /** The burst is 0: another field says it. */
    static final ValueType<RouteConfig.Rate> RATE =
            new ValueType<>("rate", RouteForms::rate, RouteForms::printRate);

    /**
     * RFC 3986 section 3.3, without percent-encoding and parameters: there is one way to write each
     * path, and one to read it.
     */
    private static final Pattern SEGMENTS = Pattern.compile("/[A-Za-z0-9._~!$&'()+,=:@/-]*");
    private static final int PATH_MAX = 1_000;
    private static final Pattern TOKEN = Pattern.compile(HeaderNames.TOKEN + "{1,32}");
    private static final Pattern RATE_FORM = Pattern.compile("([0-9]{1,9})/([smh])");
    private static final Map<String, Duration> PERIODS = Map.of(
            "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));
    private static final int REQUESTS_MAX = 10_000_000;

    private RouteForms() {}

    private static ValueType<String> form(String name, ValueType.Parser<String> parser) {
        return new ValueType<>(name, parser, text -> text);
    }

    private static String host(String text) throws BadValueException {
        if (text.startsWith("[") && text.endsWith("]")) {
            return "[" + Address.parse(text + ":0").host() + "]";
        }
        if (text.indexOf(':') >= 0) {
            throw new BadValueException("'" + text + "' has a port; write the host alone");
        }
        if (text.indexOf('*') < 0) {
            return Address.host(text);
        }
        String domain = text.startsWith("*.") ? text.substring(2) : "";
        if (domain.isEmpty() || domain.indexOf('*') >= 0 || domain.matches("[0-9.]*")) {
            throw new BadValueException("'" + text + "': a wildcard stands for the first labels "
                    + "alone, as in *.example.com");
        }
        return "*." + Address.host(domain);
    }

    private static String path(String text) throws BadValueException {
        if (text.endsWith("/*")) {
            throw new BadValueException("'" + text + "': a path stands for all that is below it; "
                    + "leave out the *");
        }
        if (!SEGMENTS.matcher(text).matches() || text.length() > PATH_MAX) {
            throw new BadValueException("'" + text + "' is not a path that begins with / and has "
                    + "neither query, parameter (;) nor percent-encoding");
        }
        if (text.length() > 1) {
            segments(text, text.substring(1));
        }
        return text;
    }

    /** Also with a slash at its end; the part before a star may end anywhere. */
    private static String rulePath(String text) throws BadValueException {
        String plain = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
        path(plain.length() > 1 && plain.endsWith("/")
                ? plain.substring(0, plain.length() - 1)
                : plain);
        return text;
    }

    private static void segments(String text, String behindSlash) throws BadValueException {
        for (String segment : behindSlash.split("/", -1)) {
            if (segment.isEmpty()) {
                throw new BadValueException("'" + text + "' has an empty segment (// or / at its "
                        + "end)");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw new BadValueException("'" + text + "' has a segment . or ..");
            }
        }
    }

    private static String method(String text) throws BadValueException {
        if (!TOKEN.matcher(text).matches()) {
            throw new BadValueException("'" + text + "' is not a method (RFC 9110), such as GET");
        }
        if (text.equals("TRACE") || text.equals("CONNECT")) {
            throw new BadValueException(text + " is refused by the gateway, whatever is "
                    + "configured");
        }
        if (text.matches("[a-z]+")) {
            throw new BadValueException("'" + text + "': methods are case-sensitive; did you mean "
                    + text.toUpperCase(Locale.ROOT) + "?");
        }
        return text;
    }

    private static RouteConfig.Rate rate(String text) throws BadValueException {
        Matcher form = RATE_FORM.matcher(text);
        if (!form.matches()) {
            throw new BadValueException("'" + text + "' is not a rate, such as 100/s, 6000/m or "
                    + "1000/h");
        }
        int requests = Integer.parseInt(form.group(1));
        if (requests < 1 || requests > REQUESTS_MAX) {
            throw new BadValueException("'" + text + "': " + requests + " is not between 1 and "
                    + REQUESTS_MAX);
        }
        return new RouteConfig.Rate(requests, PERIODS.get(form.group(2)), 0);
    }

    static String printRate(RouteConfig.Rate rate) {
        for (Map.Entry<String, Duration> period : PERIODS.entrySet()) {
            if (period.getValue().equals(rate.period())) {
                return rate.requests() + "/" + period.getKey();
            }
        }
        throw new IllegalArgumentException("no rate of the configuration: " + rate);
    }
}
