package dev.portcullis.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.RequestHead;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private static RouteConfig app(String name, String host, String path) {
        return RouteConfig.of(name, host, path);
    }

    private static RequestHead head(String host, String target) {
        RequestHead head = Heads.usedRequestHead();
        String text = "GET " + target + " HTTP/1." + (host == null ? "0" : "1") + "\r\n"
                + (host == null ? "" : "Host: " + host + "\r\n") + "\r\n";
        assertThat(head.read(Unpooled.wrappedBuffer(Heads.octets(text))))
                .isEqualTo(RequestHead.Progress.COMPLETE);
        return head;
    }

    private static String route(RouteTable table, String host, String target) {
        RequestHead head = head(host, target);
        if (!table.normalize(head)) {
            return "refused";
        }
        Route route = table.match(head);
        return route == null ? "none" : route.name();
    }

    @Test
    void longestPrefix_winsOnSegmentBoundaries() {
        RouteTable table = new RouteTable(List.of(
                app("all", "", "/"), app("a", "", "/a"), app("ab", "", "/a/b/")));
        assertThat(route(table, "h", "/")).isEqualTo("all");
        assertThat(route(table, "h", "/a")).isEqualTo("a");
        assertThat(route(table, "h", "/a/")).isEqualTo("a");
        assertThat(route(table, "h", "/a?/b")).isEqualTo("a");
        assertThat(route(table, "h", "/ab")).isEqualTo("all");
        assertThat(route(table, "h", "/a/bc")).isEqualTo("a");
        assertThat(route(table, "h", "/a/b")).isEqualTo("ab");
        assertThat(route(table, "h", "/a/x/../b/c")).isEqualTo("ab");
        assertThat(route(table, "h", "/%61/%62")).isEqualTo("ab");
        assertThat(route(table, "h", "/a/b/..")).isEqualTo("a");
        assertThat(route(table, "h", "/A")).isEqualTo("all");
        assertThat(route(table, "h", "http://h")).isEqualTo("all");
        assertThat(route(table, "h", "http://h?/a")).isEqualTo("all");
    }

    @Test
    void namedHost_winsOverAnyHost() {
        RouteTable table = new RouteTable(List.of(
                app("any", "", "/a/b/c"), app("named", "app.example", "/a")));
        assertThat(route(table, "app.example", "/a/b/c")).isEqualTo("named");
        assertThat(route(table, "APP.Example:8080", "/a/b/c")).isEqualTo("named");
        assertThat(route(table, "app.example.org", "/a/b/c")).isEqualTo("any");
        assertThat(route(table, "xapp.example", "/a/b/c")).isEqualTo("any");
        assertThat(route(table, "app.example", "/b")).isEqualTo("none");
        assertThat(route(table, null, "/a/b/c")).isEqualTo("any");
        assertThat(route(table, null, "/a")).isEqualTo("none");
    }

    @Test
    void escapedSeparator_isRefusedOnlyWhereThereAreSeveralApplications() {
        RouteTable one = new RouteTable(List.of(app("one", "", "/")));
        RouteTable two = new RouteTable(List.of(app("one", "", "/"), app("two", "", "/two")));
        for (String path : List.of("/a%2Fb", "/a%2fb", "/a%5cb")) {
            assertThat(route(one, "h", path)).isEqualTo("one");
            assertThat(route(two, "h", path)).isEqualTo("refused");
        }
        assertThat(route(two, "h", "/a?b=%2F")).isEqualTo("one");
        assertThat(route(one, "h", "/a/..%2fb")).isEqualTo("refused");
    }

    /** One application, but not at the root: what it keeps out must stay out. */
    @Test
    void escapedSeparator_isRefusedWhereTheOnlyApplicationHasAPrefix() {
        RouteTable table = new RouteTable(List.of(app("one", "", "/public")));
        assertThat(route(table, "h", "/public/a%2F..%2F..%2Fsecret")).isEqualTo("refused");
        assertThat(route(table, "h", "/public/a")).isEqualTo("one");
    }

    /** A server behind two of them may drop the parameters, and would then serve the other. */
    @Test
    void parameterThatDecidesAboutTheApplication_isRefused() {
        RouteTable table = new RouteTable(List.of(app("all", "", "/"), app("a", "", "/a")));
        for (String path
                : List.of("/a;x", "/a;x/b", "/a%3bx/b", "/;x/a", "/;/;y/a/b", "/x/..//a;")) {
            assertThat(route(table, "h", path)).as(path).isEqualTo("refused");
        }
        assertThat(route(table, "h", "/a/b;x=1/c;y")).isEqualTo("a");
        assertThat(route(table, "h", "/b;x=1/a")).isEqualTo("all");
        assertThat(route(table, "h", "/b?/a;x")).isEqualTo("all");
        RouteTable one = new RouteTable(List.of(app("one", "", "/")));
        assertThat(route(one, "h", "/a;x/b")).isEqualTo("one");
        RouteTable prefixed = new RouteTable(List.of(app("one", "", "/a")));
        assertThat(route(prefixed, "h", "/;x/a")).isEqualTo("refused");
    }

    @Test
    void asterisk_belongsToNoApplication() {
        RouteTable table = new RouteTable(List.of(app("one", "", "/")));
        RequestHead head = Heads.usedRequestHead();
        head.read(Unpooled.wrappedBuffer(Heads.octets("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")));
        assertThat(table.normalize(head)).isTrue();
        assertThat(table.match(head)).isNull();
    }

    /** Against the simplest reading of the rule. */
    @Test
    void randomTables_chooseAsTheRuleSays() {
        Fuzz.rounds(3000, random -> {
            List<RouteConfig> apps = new ArrayList<>();
            for (String host : List.of("", "h", "g")) {
                for (String path : List.of("/", "/a", "/a/a", "/aa/", "/a/b/a")) {
                    if (random.nextInt(3) == 0) {
                        apps.add(app("n" + apps.size(), host, path));
                    }
                }
            }
            String host = Fuzz.pick(random, "h", "H:1", "g", "k");
            String path = "/" + Fuzz.text(random, 6, "aab/").replaceAll("/+", "/");
            String normal = path.replaceAll("/+", "/");
            String name = host.toLowerCase(Locale.ROOT).replace(":1", "");
            Optional<RouteConfig> expected = apps.stream()
                    .filter(a -> a.match().host().isEmpty() || a.match().host().equals(name))
                    .filter(a -> (normal + "/")
                            .startsWith((a.match().path() + "/").replace("//", "/")))
                    .max(Comparator.comparing((RouteConfig a) -> !a.match().host().isEmpty())
                            .thenComparing(a -> a.match().path().replaceAll("/$", "").length()));
            assertThat(route(new RouteTable(apps), host, path)).as("%s %s %s", apps, host, path)
                    .isEqualTo(expected.map(RouteConfig::name).orElse("none"));
        });
    }
}
