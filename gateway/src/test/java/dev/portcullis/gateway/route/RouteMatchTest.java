package dev.portcullis.gateway.route;

import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.testkit.RouteBuilder;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hosts with a star, methods and headers. */
class RouteMatchTest {
    private static final String REFUSED = "refused";
    private static final String NONE = "none";

    private static RouteTable table(RouteBuilder... routes) {
        return new RouteTable(Arrays.stream(routes).map(RouteBuilder::build).toList());
    }

    private static RequestHead head(String text) {
        RequestHead head = Heads.usedRequestHead();
        assertThat(head.read(Unpooled.wrappedBuffer(Heads.octets(text)))).as(text)
                .isEqualTo(RequestHead.Progress.COMPLETE);
        return head;
    }

    /** As the verdict asks for it. */
    private static String served(RouteTable table, String text) {
        RequestHead head = head(text);
        if (!table.choiceIsClear(head) || !table.normalize(head)) {
            return REFUSED;
        }
        Route route = table.match(head);
        return route == null ? NONE : route.name();
    }

    private static String atHost(RouteTable table, String host) {
        return served(table, "GET /x HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    private static String with(RouteTable table, String... fields) {
        return served(table, "GET /x HTTP/1.1\r\nHost: h\r\n"
                + String.join("", Arrays.stream(fields).map(f -> f + "\r\n").toList()) + "\r\n");
    }

    @Test
    void hostWithAStar_isForOneLabelOrMoreInFront() {
        RouteTable table = table(
                route("any"), route("wild").host("*.example.org"),
                route("deep").host("*.deep.example.org"), route("named").host("a.example.org"));
        assertThat(atHost(table, "b.example.org")).isEqualTo("wild");
        assertThat(atHost(table, "c.b.example.org:8080")).isEqualTo("wild");
        assertThat(atHost(table, "B.EXAMPLE.Org:")).isEqualTo("wild");
        assertThat(atHost(table, "a.example.org")).isEqualTo("named");
        assertThat(atHost(table, "b.a.example.org")).isEqualTo("wild");
        assertThat(atHost(table, "x.deep.example.org")).isEqualTo("deep");
        assertThat(atHost(table, "deep.example.org")).isEqualTo("wild");
        assertThat(atHost(table, "example.org")).isEqualTo("any");
        assertThat(atHost(table, "bexample.org")).isEqualTo("any");
        assertThat(atHost(table, "b.example.org.evil")).isEqualTo("any");
        assertThat(atHost(table, "[::1]:80")).isEqualTo("any");
        assertThat(atHost(table, "127.0.0.1")).isEqualTo("any");
    }

    @Test
    void moreExactHost_thatHasNothingAtThePath_leavesItToTheOthers() {
        RouteTable table = table(
                route("any").path("/x"), route("wild").host("*.org").path("/y"),
                route("named").host("a.org").path("/z"));
        assertThat(atHost(table, "a.org")).isEqualTo("any");
        assertThat(served(table, "GET /y HTTP/1.1\r\nHost: a.org\r\n\r\n")).isEqualTo("wild");
        assertThat(served(table, "GET /z/y HTTP/1.1\r\nHost: a.org\r\n\r\n")).isEqualTo("named");
        assertThat(served(table, "GET /z HTTP/1.1\r\nHost: b.org\r\n\r\n")).isEqualTo(NONE);
    }

    /** One server takes the dot at the end for nothing, the next for another host. */
    @Test
    void hostThatCanBeReadInTwoWays_isRefusedWhereHostsAreNamed() {
        RouteTable named = table(route("any"), route("a").host("a.example"));
        RouteTable wild = table(route("any"), route("a").host("*.example"));
        RouteTable plain = table(route("any"));
        for (String host : List.of("a.example.", "a.example.:80", ".a.example", "a..example", ".",
                "a,example", "b;a.example", "a.example,b", "a~.example", "a+a.example")) {
            assertThat(atHost(named, host)).as(host).isEqualTo(REFUSED);
            assertThat(atHost(wild, host)).as(host).isEqualTo(REFUSED);
            assertThat(atHost(plain, host)).as(host).isEqualTo("any");
        }
        assertThat(served(named, "GET /x HTTP/1.0\r\n\r\n")).isEqualTo("any");
    }

    /** What it costs must not grow with the square of its length. */
    @Test
    void hugeHost_isNoNamedOne() {
        RouteTable table = table(route("any"), route("wild").host("*.example"));
        assertThat(atHost(table, "a.".repeat(12_000) + "a")).isEqualTo("any");
        assertThat(atHost(table, "a.".repeat(12_000) + "example")).isEqualTo("wild");
    }

    @Test
    void methods_areAskedForExactly() {
        RouteTable table = table(
                route("all"), route("reads").methods("GET", "HEAD"), route("odd").methods("get"));
        assertThat(served(table, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo("reads");
        assertThat(served(table, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo("reads");
        assertThat(served(table, "get / HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo("odd");
        assertThat(served(table, "GETS / HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo("all");
        assertThat(served(table, "POST / HTTP/1.1\r\nHost: h\r\nX-HTTP-Method-Override: GET\r\n"
                + "\r\n")).isEqualTo("all");
    }

    @Test
    void header_isAskedForByValueOrAtAll() {
        RouteTable table = table(
                route("all"), route("two").header("x-version", "2"),
                route("both").header("x-version", "2").header("x-canary", "*"),
                route("canary").header("x-canary", "*"));
        assertThat(with(table)).isEqualTo("all");
        assertThat(with(table, "X-Version: 2")).isEqualTo("two");
        assertThat(with(table, "x-VERSION:2 ")).isEqualTo("two");
        assertThat(with(table, "X-Version: 22")).isEqualTo("all");
        assertThat(with(table, "X-Version: 2, 2")).isEqualTo("all");
        assertThat(with(table, "X-Version:")).isEqualTo("all");
        assertThat(with(table, "X-Canary:")).isEqualTo("canary");
        assertThat(with(table, "X-Canary: a", "X-Canary: b")).isEqualTo("canary");
        assertThat(with(table, "X-Canary: a", "X-Version: 2")).isEqualTo("both");
        assertThat(with(table, "X-Version: 2", "X-Version: 2")).isEqualTo("two");
        // it goes no further than here: the application would not see it
        assertThat(with(table, "X-Version: 2", "Connection: x-version")).isEqualTo("all");
    }

    /** One server takes the first of two, the next the last; some take a_b for a-b. */
    @Test
    void headerThatCanBeReadInTwoWays_isRefusedWhereItDecides() {
        RouteTable table = table(route("all"), route("two").header("x-version", "2"));
        for (String[] fields : List.of(
                new String[] {"X-Version: 1", "X-Version: 2"},
                new String[] {"X-Version: 2", "X-Version: 1"},
                new String[] {"X_Version: 2"},
                new String[] {"X-Version: 2", "X.Version: 2"},
                new String[] {"X-Version: 1", "x_version: 1"})) {
            assertThat(with(table, fields)).as(Arrays.toString(fields)).isEqualTo(REFUSED);
            assertThat(with(table(route("all")), fields)).isEqualTo("all");
        }
        assertThat(with(table, "X-Version: 1", "X-Version: 3")).isEqualTo("all");
    }

    @Test
    void ofTwoAtOnePlace_methodCountsBeforeHeadersBeforeOrder() {
        RouteTable table = table(
                route("first").header("x-a", "*"), route("second").header("x-b", "*"),
                route("more").header("x-a", "*").header("x-b", "1"),
                route("get").methods("GET").header("x-c", "*"), route("longer").path("/x"));
        assertThat(with(table, "X-A: 1", "X-B: 1", "X-C: 1")).isEqualTo("longer");
        String root = "GET / HTTP/1.1\r\nHost: h\r\n";
        assertThat(served(table, root + "X-A: 1\r\nX-B: 1\r\nX-C: 1\r\n\r\n")).isEqualTo("get");
        assertThat(served(table, root + "X-A: 1\r\nX-B: 1\r\n\r\n")).isEqualTo("more");
        assertThat(served(table, root + "X-B: 2\r\nX-A: 1\r\n\r\n")).isEqualTo("first");
        assertThat(served(table, root + "X-B: 2\r\n\r\n")).isEqualTo("second");
        assertThat(served(table, root + "\r\n")).isEqualTo(NONE);
    }

    @Test
    void manyRoutes_areToldApart() {
        List<RouteConfig> routes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            routes.add(route("h" + i).host("h" + i + ".example").path("/a").build());
            routes.add(route("p" + i).path("/p" + i + "/q").build());
        }
        RouteTable table = new RouteTable(routes);
        for (int i = 0; i < 300; i++) {
            assertThat(served(table, "GET /a HTTP/1.1\r\nHost: H" + i + ".example\r\n\r\n"))
                    .isEqualTo("h" + i);
            assertThat(served(table, "GET /p" + i + "/q/r HTTP/1.1\r\nHost: h\r\n\r\n"))
                    .isEqualTo("p" + i);
            assertThat(served(table, "GET /p" + i + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                    .isEqualTo(NONE);
        }
    }

    // ------------------------------------------------------------------ against a reference

    /** The rule as RouteConfig.Match states it, as simply as it can be written. */
    private static Optional<RouteConfig> reference(List<RouteConfig> routes, Request request) {
        return routes.stream()
                .filter(route -> isFor(route.match(), request))
                .min(Comparator
                        .comparing((RouteConfig r) -> r.match().host().isEmpty())
                        .thenComparing(r -> r.match().host().startsWith("*"))
                        .thenComparing(r -> -r.match().host().length())
                        .thenComparing(r -> -r.match().path().replaceAll("/$", "").length())
                        .thenComparing(r -> r.match().methods().isEmpty())
                        .thenComparing(r -> -r.match().headers().size())
                        .thenComparing(routes::indexOf));
    }

    private static boolean isFor(RouteConfig.Match match, Request request) {
        String host = match.host();
        boolean hostFits = host.isEmpty() || host.equals(request.host)
                || host.startsWith("*") && request.host.endsWith(host.substring(1))
                        && request.host.length() > host.length() - 1;
        return hostFits
                && (request.path + "/").startsWith((match.path() + "/").replace("//", "/"))
                && (match.methods().isEmpty() || match.methods().contains(request.method))
                && match.headers().entrySet().stream().allMatch(header ->
                        header.getValue().equals("*")
                                ? request.fields.containsKey(header.getKey())
                                : header.getValue().equals(request.fields.get(header.getKey())));
    }

    private record Request(String method, String host, String path, Map<String, String> fields) {
        static Request random(Random random) {
            Map<String, String> fields = new LinkedHashMap<>();
            for (String name : List.of("x-a", "x-b")) {
                if (random.nextBoolean()) {
                    fields.put(name, Fuzz.pick(random, "1", "2", ""));
                }
            }
            return new Request(
                    Fuzz.pick(random, "GET", "POST", "PUT"),
                    Fuzz.pick(random, "a", "b.a", "c.b.a", "d", "b.d", "a.a"),
                    "/" + Fuzz.text(random, 6, "ab/").replaceAll("/+", "/").replaceAll("^/", ""),
                    fields);
        }

        String text(Random random) {
            StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: "
                    + Fuzz.pick(random, host, host.toUpperCase(Locale.ROOT))
                    + Fuzz.pick(random, "", ":1")
                    + "\r\n");
            fields.forEach((name, value) ->
                    text.append(name).append(": ").append(value).append("\r\n"));
            return text + "\r\n";
        }
    }

    @Test
    void randomTables_chooseAsTheRuleSays() {
        Fuzz.rounds(3000, random -> {
            List<RouteConfig> routes = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                RouteBuilder route = route("r" + i)
                        .host(Fuzz.pick(random, "", "a", "*.a", "*.b.a", "b.a", "d"))
                        .path(Fuzz.pick(random, "/", "/a", "/a/", "/a/b", "/b/a/b"));
                if (random.nextInt(3) == 0) {
                    route.methods(Fuzz.pick(random, "GET", "POST"));
                }
                for (String name : List.of("x-a", "x-b")) {
                    if (random.nextInt(3) == 0) {
                        route.header(name, Fuzz.pick(random, "*", "1", "2"));
                    }
                }
                RouteConfig built = route.build();
                if (routes.stream().noneMatch(r -> r.match().equals(built.match()))) {
                    routes.add(built);
                }
            }
            RouteTable table = new RouteTable(routes);
            for (int i = 0; i < 5; i++) {
                Request request = Request.random(random);
                assertThat(served(table, request.text(random))).as("%s %s", routes, request)
                        .isEqualTo(reference(routes, request).map(RouteConfig::name).orElse(NONE));
            }
        });
    }
}
