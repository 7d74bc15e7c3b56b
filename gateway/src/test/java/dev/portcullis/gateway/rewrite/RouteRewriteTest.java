package dev.portcullis.gateway.rewrite;

import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.AccessPolicy;
import dev.portcullis.core.access.Source;
import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.protect.TrustedProxies;
import dev.portcullis.gateway.route.Route;
import dev.portcullis.gateway.route.RouteTable;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a route changes on the way to the upstream. */
class RouteRewriteTest {
    private static final byte[] REQUEST_ID = Heads.octets("id");
    private static final Caller CALLER =
            new Caller(Source.UNKNOWN, Heads.octets("192.0.2.7"), null);

    private final RequestRewriter rewriter = new RequestRewriter(
            new HeadWriter(), UnpooledByteBufAllocator.DEFAULT, TrustedProxies.NONE);

    private static RequestHead head(String text) {
        RequestHead head = new RequestHead(Heads.LIMITS);
        assertThat(head.read(Unpooled.wrappedBuffer(Heads.octets(text)))).as(text)
                .isEqualTo(Progress.COMPLETE);
        return head;
    }

    /** Null when it is refused, or for no route. */
    private RequestHead rewritten(RouteTable table, Caller caller, String text) {
        RequestHead head = head(text);
        Route route = table.normalize(head) ? table.match(head) : null;
        if (route == null) {
            return null;
        }
        UpstreamRequest request = rewriter.rewrite(
                head, AccessPolicy.open(route.name()), route, caller, REQUEST_ID);
        String out = request.head().toString(StandardCharsets.ISO_8859_1);
        request.release();
        return head(out);
    }

    private static List<String> values(RequestHead head, String lowerName) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < head.fields(); i++) {
            String name = head.text(head.nameFrom(i), head.nameTo(i)).toLowerCase(Locale.ROOT);
            if (name.replaceAll("[^a-z0-9]", "-").equals(lowerName)) {
                values.add(head.text(head.valueFrom(i), head.valueTo(i)));
            }
        }
        return values;
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder(
                Fuzz.pick(random, "/app", "/app", "//app", "/a/../app"));
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append('/').append(Heads.segment(random));
        }
        return path.append(Fuzz.pick(random, "", "/", "?q=/../x", "/?")).toString();
    }

    @Test
    void pathWithAnotherPrefix_isNormalAndNeverLeavesIt() {
        Fuzz.rounds(5000, random -> {
            String prefix = Fuzz.pick(random, "", "/", "/v2", "/v2/", "/a/b-c");
            String base = prefix.replaceAll("/$", "");
            RouteTable table = new RouteTable(List.of(
                    route("app").path(Fuzz.pick(random, "/app", "/app/")).prefix(prefix).build()));
            RouteTable same = new RouteTable(List.of(route("app").path("/app").build()));
            String text = "GET " + path(random) + " HTTP/1.1\r\nHost: a\r\n\r\n";
            RequestHead changed = rewritten(table, CALLER, text);
            RequestHead plain = rewritten(same, CALLER, text);
            assertThat(changed == null).isEqualTo(plain == null);
            if (changed == null) {
                return;
            }
            String rest = plain.path().substring("/app".length());
            assertThat(changed.path()).isEqualTo((base + rest).isEmpty() ? "/" : base + rest);
            assertThat(changed.path()).startsWith("/").startsWith(base).doesNotContain("//");
            for (String segment : changed.path().split("/")) {
                assertThat(segment).isNotIn(".", "..");
            }
            assertThat(changed.text(changed.queryFrom(), changed.queryTo()))
                    .isEqualTo(plain.text(plain.queryFrom(), plain.queryTo()));
        });
    }

    @Test
    void fieldsThatAreTakenAwayOrSet_areGoneInEverySpelling() {
        RouteTable table = new RouteTable(List.of(route("app")
                .request(Set.of("x-debug", "cookie"), Map.of("X-Env", "prod", "Host", "b:1"))
                .build()));
        Fuzz.rounds(2000, random -> {
            StringBuilder fields = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                fields.append(Heads.spelling(
                                random, Fuzz.pick(random, "x-debug", "cookie", "x-env", "x-other")))
                        .append(": forged\r\n");
            }
            RequestHead out = rewritten(table, CALLER,
                    "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
            assertThat(values(out, "x-debug")).isEmpty();
            assertThat(values(out, "cookie")).isEmpty();
            assertThat(values(out, "x-env")).containsExactly("prod");
            assertThat(values(out, "host")).containsExactly("b:1");
            assertThat(values(out, "x-forwarded-host")).containsExactly("a");
        });
        assertThat(values(rewritten(table, CALLER, "GET / HTTP/1.0\r\n\r\n"), "host"))
                .containsExactly("b:1");
    }

    @Test
    void anonymousRequest_tellsOfNobody() {
        RouteTable table = new RouteTable(List.of(route("app").build()));
        RequestHead out = rewritten(table, CALLER, "GET / HTTP/1.1\r\nHost: a\r\n"
                + "Authorization: Bearer x\r\nX-Api-Key: y\r\nX_Portcullis.User: z\r\n\r\n");
        for (int i = 0; i < out.fields(); i++) {
            assertThat(out.text(out.nameFrom(i), out.nameTo(i)).toLowerCase(Locale.ROOT))
                    .doesNotContain("portcullis").isNotIn("authorization", "x-api-key");
        }
        assertThat(values(out, "x-request-id")).containsExactly("id");
    }

    @Test
    void connectionOverTls_isForwardedAsHttps() {
        RouteTable table = new RouteTable(List.of(route("app").build()));
        Caller secure = new Caller(Source.UNKNOWN, Heads.octets("192.0.2.7"), "TLSv1.3");
        String text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(values(rewritten(table, secure, text), "x-forwarded-proto"))
                .containsExactly("https");
        assertThat(values(rewritten(table, CALLER, text), "x-forwarded-proto"))
                .containsExactly("http");
    }

    @Test
    void requestOverHttp2_isForwardedAsSuch() {
        Route route = new RouteTable(List.of(route("app").build())).routes().get(0);
        RequestHead head = head("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        head.cameOverHttp2();
        UpstreamRequest request = rewriter.rewrite(
                head, AccessPolicy.open("app"), route, CALLER, REQUEST_ID);
        String out = request.head().toString(StandardCharsets.ISO_8859_1);
        request.release();
        assertThat(values(head(out), "via")).containsExactly("2 portcullis");
    }

    @Test
    void trailers_areTakenOnlyByWhoSaysSo() {
        Route route = new RouteTable(List.of(route("app").build())).routes().get(0);
        for (String yes
                : List.of("trailers", "Trailers", "deflate;q=0.5, trailers", ",trailers ,")) {
            assertThat(takesTrailers(route, "TE: " + yes)).as(yes).isTrue();
        }
        for (String no : List.of("TE: trailersx", "TE: deflate", "TE:", "X: y")) {
            assertThat(takesTrailers(route, no)).as(no).isFalse();
        }
    }

    private boolean takesTrailers(Route route, String field) {
        UpstreamRequest request = rewriter.rewrite(
                head("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n"),
                AccessPolicy.open("app"), route, CALLER, REQUEST_ID);
        assertThat(request.head().toString(StandardCharsets.ISO_8859_1))
                .doesNotContainIgnoringCase("trailers");
        request.release();
        return request.takesTrailers();
    }

    @Test
    void openPermit_isOfNobody() {
        assertThat(AccessPolicy.open("app")).satisfies(permit -> {
            assertThat(permit.isAnonymous()).isTrue();
            assertThat(permit.principal()).isNull();
            assertThat(permit.credential()).isNull();
            assertThat(permit.role()).isNull();
            assertThat(permit.application()).isEqualTo("app");
        });
    }
}
