package dev.portcullis.cli.config;

import static dev.portcullis.cli.config.Quantity.duration;
import static dev.portcullis.cli.config.Quantity.longSize;
import static dev.portcullis.cli.config.ValueType.integer;

import dev.portcullis.core.access.Access;
import dev.portcullis.gateway.route.RouteConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The part of an application that says which requests it is for and what holds on them. */
final class RouteReader {
    private static final ValueType<Duration> RESPONSE = duration("1ms", "1d");
    private static final ValueType<Duration> EXCHANGE = duration("1ms", "7d");
    private static final ValueType<Long> BODY = longSize("1B", "1024GiB");
    private static final ValueType<Integer> EXCHANGES = integer(1, 1_000_000);
    private static final int CHANGES_MAX = 50;
    private static final Pattern HOST_VALUE =
            Pattern.compile("([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");
    private static final ValueType<Integer> BURST = integer(1, 10_000_000);

    private final Section given;
    private final Inherited inherited;
    private boolean matchIsRead;

    RouteReader(Section given, Inherited inherited) {
        this.given = given;
        this.inherited = inherited;
    }

    /** The name is null where there is none or it is wrong, which has then been told. */
    RouteConfig read() {
        String name = given.require("name").value("name", RouteForms.NAME);
        int before = given.mistakes();
        RouteConfig.Match match = match();
        matchIsRead = given.mistakes() == before;
        String prefix = prefix(match.path());
        boolean authenticated = given.value("auth", RouteForms.AUTHENTICATED, true);
        List<RouteConfig.Rule> rules = rules(match.path());
        RouteConfig.GrpcReads grpc = grpc();
        if (!authenticated) {
            decidesNothing("rules");
            decidesNothing("grpc");
        }
        return new RouteConfig(name, match, authenticated, rules, grpc, prefix,
                changes("request_headers", HeaderNames.REQUEST),
                changes("response_headers", HeaderNames.RESPONSE), timeouts(),
                limits(authenticated));
    }

    /** Whether it is known which requests it is for, whatever else is wrong. */
    boolean matchIsRead() {
        return matchIsRead;
    }

    private void decidesNothing(String key) {
        if (given.has(key)) {
            given.mistake(key, "auth: none lets everybody in, so that these would decide nothing");
        }
    }

    private RouteConfig.Match match() {
        return new RouteConfig.Match(
                given.value("host", RouteForms.HOST, ""),
                given.value("path", RouteForms.PATH, "/"),
                Set.copyOf(given.list("methods", RouteForms.METHOD)),
                given.named("headers", HeaderNames.MATCHED, HeaderNames.VALUES));
    }

    /** Null: the path stays. */
    private String prefix(String path) {
        boolean strip = given.value("strip_prefix", ValueType.BOOLEAN, false);
        String rewritten = given.value("rewrite_prefix", RouteForms.PATH);
        if (strip && given.has("rewrite_prefix")) {
            given.mistake("rewrite_prefix", "strip_prefix is given as well; keep one of them");
        }
        if (rewritten == null) {
            // of the root there is nothing to take away
            return strip && !path.equals("/") ? "" : null;
        }
        if (rewritten.equals(path)) {
            return null;
        }
        return rewritten.equals("/") ? "" : rewritten;
    }

    private List<RouteConfig.Rule> rules(String path) {
        List<RouteConfig.Rule> rules = new ArrayList<>();
        for (Section rule : given.sections("rules")) {
            rules.add(rule(rule, path));
        }
        return rules;
    }

    private static RouteConfig.Rule rule(Section rule, String application) {
        Set<String> methods = Set.copyOf(rule.list("methods", RouteForms.METHOD));
        String path = rule.value("path", RouteForms.RULE_PATH, "");
        Access access = rule.value("access", RouteForms.ACCESS);
        Boolean authenticated = rule.value("auth", ValueType.choice(Map.of("none", false)));
        if (rule.has("access") == rule.has("auth")) {
            rule.mistake(rule.has("access") ? "auth" : "access",
                    "a rule says either access: read, access: write or auth: none");
        }
        if (!canBeBelow(path, application)) {
            rule.mistake("path", "'" + path + "' is never below the application's path, "
                    + application);
        }
        return new RouteConfig.Rule(methods, path, authenticated == null ? access : null);
    }

    /** Whether a path that the application serves can match the path of a rule. */
    private static boolean canBeBelow(String rule, String application) {
        if (rule.isEmpty() || application.equals("/")) {
            return true;
        }
        String plain = rule.endsWith("*") ? rule.substring(0, rule.length() - 1) : rule;
        return plain.equals(application) || plain.startsWith(application + "/")
                || rule.endsWith("*") && application.startsWith(plain);
    }

    private RouteConfig.GrpcReads grpc() {
        Section grpc = given.section("grpc");
        List<String> patterns = grpc.list("read_methods", RouteForms.GRPC_METHOD);
        Path descriptors = FileChecks.value(grpc, "descriptor_set");
        return new RouteConfig.GrpcReads(patterns, descriptors);
    }

    private RouteConfig.HeaderChanges changes(String key, ValueType<String> names) {
        Section changes = given.section(key);
        Map<String, String> set =
                new TreeMap<>(changes.named("set", names, HeaderNames.VALUES));
        set.forEach((name, value) -> host(changes.section("set"), name, value));
        List<String> remove = changes.list("remove", HeaderNames.REMOVED);
        if (set.size() + remove.size() > CHANGES_MAX) {
            given.mistake(key, "more than " + CHANGES_MAX);
        }
        Set<String> taken = new HashSet<>();
        set.keySet().forEach(name -> taken.add(HeaderNames.folded(name)));
        for (String name : remove) {
            if (taken.contains(HeaderNames.folded(name))) {
                changes.mistake("remove", "'" + name + "' is also set, which removes what was "
                        + "there");
            }
        }
        return new RouteConfig.HeaderChanges(Set.copyOf(remove), set);
    }

    private static void host(Section set, String name, String value) {
        if (name.equalsIgnoreCase("host") && !HOST_VALUE.matcher(value).matches()) {
            set.mistake(name, "'" + value + "' is not a host");
        }
    }

    private RouteConfig.Timeouts timeouts() {
        Section timeouts = given.section("timeouts");
        return new RouteConfig.Timeouts(
                timeouts.value("response", RESPONSE, inherited.response()),
                timeouts.value("body", RESPONSE, inherited.body()),
                timeouts.value("exchange", EXCHANGE, Duration.ZERO));
    }

    private RouteConfig.Limits limits(boolean authenticated) {
        Section limits = given.section("limits");
        long body = limits.value("body", BODY, 0L);
        int exchanges = limits.value("exchanges", EXCHANGES, 0);
        RouteConfig.Rate rate = limits.value("rate", RouteForms.RATE);
        Integer burst = limits.value("burst", BURST);
        if (limits.has("burst") && !limits.has("rate")) {
            limits.mistake("burst", "there is no rate");
        }
        if (limits.has("rate") && !authenticated) {
            limits.mistake("rate", "it is that of a token, and auth: none looks at none");
        }
        if (rate != null) {
            int most = burst == null ? rate.requests() : burst;
            rate = new RouteConfig.Rate(rate.requests(), rate.period(), most);
        }
        return new RouteConfig.Limits(body, exchanges, rate);
    }
}
