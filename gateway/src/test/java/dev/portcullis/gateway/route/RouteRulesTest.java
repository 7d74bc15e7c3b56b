package dev.portcullis.gateway.route;

import static dev.portcullis.core.access.Access.READ;
import static dev.portcullis.core.access.Access.WRITE;
import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessRules.Answer;
import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.testkit.RouteBuilder;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reads, what writes, and what needs no credential. */
class RouteRulesTest {
    private static final String GRPC = "Content-Type: application/grpc\r\n";
    private static final String REFUSED = "refused";
    private static final String OPEN = "open";

    private static RouteTable table(RouteBuilder... routes) {
        return new RouteTable(Arrays.stream(routes).map(RouteBuilder::build).toList());
    }

    private static String access(RouteTable table, String method, String path) {
        return access(table, method, path, "");
    }

    private static String access(RouteTable table, String method, String path, String fields) {
        RequestHead head = Heads.usedRequestHead();
        String text = method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
        assertThat(head.read(Unpooled.wrappedBuffer(Heads.octets(text)))).as(text)
                .isEqualTo(RequestHead.Progress.COMPLETE);
        if (!table.normalize(head)) {
            return REFUSED;
        }
        Access access = table.match(head).access(head);
        return access == null ? OPEN : access.name();
    }

    @Test
    void firstRuleThatMatches_counts() {
        RouteTable table = table(route("a").path("/orders")
                .rule(READ, "/orders/search", "POST")
                .rule(WRITE, "/orders/delete")
                .rule(null, "/orders/health", "GET")
                .rule(READ, "/orders/reports/*")
                .rule(WRITE, "", "PUT")
                .rule(READ, "", "QUERY", "PUT"));
        assertThat(access(table, "POST", "/orders/search?a=b")).isEqualTo("READ");
        assertThat(access(table, "PUT", "/orders/search")).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/orders/search/")).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/orders/searches")).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/orders/delete")).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/orders/health")).isEqualTo(OPEN);
        assertThat(access(table, "POST", "/orders/health")).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/orders/reports/x/y")).isEqualTo("READ");
        assertThat(access(table, "POST", "/orders/reports")).isEqualTo("WRITE");
        assertThat(access(table, "QUERY", "/orders")).isEqualTo("READ");
        assertThat(access(table, "query", "/orders")).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/orders")).isEqualTo("READ");
        assertThat(access(table, "DELETE", "/orders")).isEqualTo("WRITE");
    }

    @Test
    void ruleOfAPath_isHeldAgainstItsNormalForm() {
        RouteTable table = table(route("a").rule(null, "/health").rule(WRITE, "/x/go"));
        for (String path : List.of("/health", "//health", "/./health", "/a/../health",
                "/h%65alth", "/%68ealth?x", "http://h/health")) {
            assertThat(access(table, "GET", path)).as(path).isEqualTo(OPEN);
        }
        for (String path
                : List.of("/health/", "/Health", "/healthy", "/health/../x", "/x/health")) {
            assertThat(access(table, "GET", path)).as(path).isEqualTo("READ");
        }
    }

    /** One server drops a parameter, or unescapes a sign, before it looks at the path. */
    @Test
    void pathOnWhichTheRuleDependsAndTwoServersMayDiffer_isRefused() {
        RouteTable table = table(route("a").path("/").rule(null, "/health")
                .rule(WRITE, "/x/a:go").rule(WRITE, "/y/*"));
        for (String path : List.of("/health;x", "/health;", "/;y/health", "/health%3Bx",
                "/x/a%3Ago", "/x/a%3ago;b", "/x/a:go;v=1", "/x/a:g%6f;v", "/y;a/b", "/;/y/b",
                "/x%2Fhealth", "/a%5Cb")) {
            assertThat(access(table, "GET", path)).as(path).isEqualTo(REFUSED);
        }
        assertThat(access(table, "GET", "/z;a=b/c%3Ad")).isEqualTo("READ");
        assertThat(access(table, "GET", "/y/b;c")).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/x/a:go")).isEqualTo("WRITE");
        // where no rule looks at paths, all of that is the application's own business
        RouteTable plain = table(route("a").rule(READ, "", "POST"));
        assertThat(access(plain, "GET", "/x%2Fhealth;a")).isEqualTo("READ");
    }

    @Test
    void wholeApplication_isOpen_butForWhatARuleSays() {
        RouteTable table = table(route("a").open().rule(WRITE, "/admin*"));
        assertThat(access(table, "DELETE", "/")).isEqualTo(OPEN);
        assertThat(access(table, "GET", "/admin")).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/admin;x")).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/adm;x/in")).isEqualTo(OPEN);
        assertThat(access(table, "GET", "/;x/admin")).isEqualTo(REFUSED);
    }

    @Test
    void methodOverride_isNeverHonoured() {
        RouteTable table = table(route("a").rule(READ, "/a", "POST").rule(null, "", "PROBE"));
        for (String field : List.of("X-HTTP-Method-Override: GET\r\n", "X-HTTP-Method: PROBE\r\n",
                "X-Method-Override: PROBE\r\n")) {
            assertThat(access(table, "DELETE", "/a", field)).isEqualTo("WRITE");
        }
        assertThat(access(table, "DELETE", "/a?_method=PROBE")).isEqualTo("WRITE");
    }

    // ------------------------------------------------------------------ gRPC

    @Test
    void grpcCall_readsByItsPattern_andWritesElse() {
        RouteTable table = table(route("a")
                .reads(null, "/pkg.Books/Get*", "/pkg.Books/List", "/pkg.Public/*"));
        assertThat(access(table, "POST", "/pkg.Books/GetBook", GRPC)).isEqualTo("READ");
        assertThat(access(table, "POST", "/pkg.Books/Get", GRPC)).isEqualTo("READ");
        assertThat(access(table, "POST", "/pkg.Books/List", GRPC)).isEqualTo("READ");
        assertThat(access(table, "POST", "/pkg.Public/Do", GRPC)).isEqualTo("READ");
        assertThat(access(table, "POST", "/pkg.Books/ListAll", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/pkg.Books/get", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/pkg.Books/Get/x", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/x/pkg.Books/Get", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/pkg.Public", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/pkg.Books/GetBook", GRPC)).isEqualTo("WRITE");
    }

    @Test
    void whatIsNoGrpcCall_isJudgedByItsMethod() {
        RouteTable table = table(route("a").reads(null, "/pkg.Books/Get*"));
        assertThat(access(table, "POST", "/pkg.Books/GetBook")).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/pkg.Books/GetBook",
                "Content-Type: application/grpc-web\r\n")).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/pkg.Books/GetBook",
                "Content_Type: application/grpc\r\n")).isEqualTo("WRITE");
        assertThat(access(table, "GET", "/pkg.Books/Delete")).isEqualTo("READ");
        RouteTable rules = table(route("a").rule(WRITE, "/pkg.Books/GetSecret")
                .reads(null, "/pkg.Books/Get*"));
        assertThat(access(rules, "POST", "/pkg.Books/GetSecret", GRPC)).isEqualTo("WRITE");
    }

    private static ServiceDescriptorProto books() {
        return ServiceDescriptorProto.newBuilder().setName("Books")
                .addMethod(method("Find", IdempotencyLevel.NO_SIDE_EFFECTS))
                .addMethod(method("Put", IdempotencyLevel.IDEMPOTENT))
                .addMethod(method("Add", IdempotencyLevel.IDEMPOTENCY_UNKNOWN))
                .addMethod(MethodDescriptorProto.newBuilder().setName("Plain"))
                .build();
    }

    private static MethodDescriptorProto method(String name, IdempotencyLevel level) {
        return MethodDescriptorProto.newBuilder().setName(name)
                .setOptions(MethodOptions.newBuilder().setIdempotencyLevel(level)).build();
    }

    @Test
    void descriptorSet_namesTheMethodsThatRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("api.binpb");
        Files.write(file, FileDescriptorSet.newBuilder()
                .addFile(FileDescriptorProto.newBuilder().setName("books.proto")
                        .setPackage("pkg.v1").addService(books()))
                .addFile(FileDescriptorProto.newBuilder().setName("root.proto")
                        .addService(books()))
                .build().toByteArray());
        RouteTable table = table(route("a").reads(file, "/pkg.v1.Books/P*"));
        assertThat(access(table, "POST", "/pkg.v1.Books/Find", GRPC)).isEqualTo("READ");
        assertThat(access(table, "POST", "/Books/Find", GRPC)).isEqualTo("READ");
        assertThat(access(table, "POST", "/pkg.v1.Books/Plain", GRPC)).isEqualTo("READ");
        assertThat(access(table, "POST", "/Books/Plain", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/Books/Put", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/pkg.v1.Books/Add", GRPC)).isEqualTo("WRITE");
        assertThat(access(table, "POST", "/pkg.v1.Books/FindAll", GRPC)).isEqualTo("WRITE");
    }

    @Test
    void descriptorSetThatCannotBeRead_isToldWithItsName(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing.binpb");
        assertThatThrownBy(() -> table(route("a").reads(missing)))
                .isInstanceOf(RouteException.class)
                .hasMessage("a: grpc: descriptor_set: " + missing + ": there is no such file");
        Path text = folder.resolve("text.binpb");
        Files.writeString(text, "syntax = \"proto3\";");
        assertThatThrownBy(() -> table(route("a").reads(text)))
                .hasMessageContaining(text + ": is not a FileDescriptorSet");
        Path empty = Files.createFile(folder.resolve("empty.binpb"));
        assertThatThrownBy(() -> table(route("a").reads(empty)))
                .hasMessageContaining(empty + ": describes nothing");
        Path odd = folder.resolve("odd.binpb");
        Files.write(odd, FileDescriptorSet.newBuilder().addFile(FileDescriptorProto.newBuilder()
                .setName("odd.proto").addService(ServiceDescriptorProto.newBuilder().setName("A/B")
                        .addMethod(method("*", IdempotencyLevel.NO_SIDE_EFFECTS))))
                .build().toByteArray());
        assertThatThrownBy(() -> table(route("a").reads(odd)))
                .hasMessageContaining(odd + ": has a method that is none: odd.proto");
        assertThatThrownBy(() -> table(route("a").reads(folder)))
                .hasMessageContaining("descriptor_set: " + folder);
    }

    // ------------------------------------------------------------------ against a reference

    private static String reference(RouteConfig route, String method, String path, boolean grpc) {
        for (RouteConfig.Rule rule : route.rules()) {
            boolean at = rule.path().isEmpty() || rule.path().equals(path)
                    || rule.path().endsWith("*")
                            && path.startsWith(rule.path().replace("*", ""));
            if (at && (rule.methods().isEmpty() || rule.methods().contains(method))) {
                return rule.access() == null ? OPEN : rule.access().name();
            }
        }
        if (!route.authenticated()) {
            return OPEN;
        }
        if (grpc && !route.grpc().patterns().isEmpty()) {
            return method.equals("POST") && path.matches("/p[.]S/G[^/]*") ? "READ" : "WRITE";
        }
        return Set.of("GET", "HEAD", "OPTIONS").contains(method) ? "READ" : "WRITE";
    }

    @Test
    void randomRules_sayWhatTheFirstThatMatchesSays() {
        Fuzz.rounds(3000, random -> {
            RouteBuilder builder = route("a");
            for (int i = random.nextInt(5); i > 0; i--) {
                String path = Fuzz.pick(random, "", "/a", "/a*", "/a/*", "/p.S/G", "/b/a");
                Access access = Fuzz.pick(random, READ, WRITE, null);
                if (random.nextBoolean()) {
                    builder.rule(access, path, Fuzz.pick(random, "GET", "POST"));
                } else {
                    builder.rule(access, path);
                }
            }
            if (random.nextInt(4) == 0) {
                builder.open();
            }
            if (random.nextBoolean()) {
                builder.reads(null, "/p.S/G*");
            }
            RouteTable table = table(builder);
            for (int i = 0; i < 5; i++) {
                String method = Fuzz.pick(random, "GET", "POST", "HEAD", "PUT", "FOO");
                String path = Fuzz.pick(random,
                        "/", "/a", "/ab", "/a/b", "/p.S/G", "/p.S/Ga", "/p.S/G/a", "/b/a", "/b");
                boolean grpc = random.nextBoolean();
                assertThat(access(table, method, path, grpc ? GRPC : ""))
                        .as("%s %s %s %s", builder.build(), method, path, grpc)
                        .isEqualTo(reference(builder.build(), method, path, grpc));
            }
        });
    }

    // ------------------------------------------------------------------ in words

    @Test
    void accessInWords_namesTheRule() {
        RouteTable table = table(
                route("orders").host("*.example").path("/orders").methods("GET", "POST")
                        .header("x-version", "*")
                        .rule(READ, "/orders/search", "POST").rule(null, "/orders/health"),
                route("rpc").path("/").reads(null, "/p.S/Get*"),
                route("site").host("site.example").open());
        RoutedAccess rules = new RoutedAccess(() -> table);
        assertThat(rules.accessOf("orders", "POST", "/orders/search")).isEqualTo(new Answer(READ,
                null, "POST /orders/search reads, by the rule for POST at /orders/search"));
        assertThat(rules.accessOf("orders", "GET", "/orders/health")).isEqualTo(new Answer(null,
                null, "GET /orders/health needs no credential, by the rule for all methods at"
                        + " /orders/health"));
        assertThat(rules.accessOf("orders", "POST", "/orders//x")).isEqualTo(new Answer(WRITE,
                null, "POST /orders/x writes, as no rule says otherwise"));
        assertThat(rules.accessOf("orders", "POST", "")).isEqualTo(new Answer(WRITE, null,
                "POST writes, unless a rule of the route says otherwise for the path"));
        assertThat(rules.accessOf("orders", "PUT", "/orders")).isEqualTo(new Answer(null,
                "route_unknown", "PUT /orders is served by rpc, not by orders"));
        assertThat(rules.accessOf("orders", "GET", "/orders/health;x").refusal())
                .isEqualTo("path_ambiguous");
        assertThat(rules.accessOf("orders", "GET", "no path").refusal())
                .isEqualTo("request_malformed");
        assertThat(rules.accessOf("rpc", "POST", "/p.S/GetIt")).isEqualTo(new Answer(READ, null,
                "POST /p.S/GetIt reads as a gRPC call, by /p.S/Get*; anything else that is posted"
                        + " writes"));
        assertThat(rules.accessOf("site", "PUT", "").access()).isNull();
        assertThat(rules.accessOf("site", "PUT", "/x")).isEqualTo(new Answer(null, null,
                "the application is open: no credential is needed"));
        assertThat(rules.accessOf("other", "GET", "/")).isNull();
        assertThat(new RoutedAccess(() -> null).accessOf("orders", "GET", "/")).isNull();
    }

    // ------------------------------------------------------------------ mistakes

    @Test
    void allMistakes_areTold() {
        RouteConfig bad = route("Bad").host("UPPER.example").path("no").methods("G T", "TRACE")
                .header("authorization", "*").header("x-portcullis-role", "admin")
                .header("X-Upper", "1").header("x-a", "b\r\nc")
                .rule(READ, "/a/../b").rule(READ, "/a;b").rule(READ, "/a%41")
                .reads(null, "/pkg.Service", "/a/b/c", "/a/*b")
                .prefix("/../up")
                .request(Set.of("host", "x-api-key", "a b"),
                        Map.of("Content-Length", "0", "Connection", "x",
                                "X_Portcullis.Role", "admin", "Via", "x", "Host", "a b"))
                .response(Set.of("transfer-encoding", "Host"),
                        Map.of("X-Ok", "a\u00e9", "Upgrade", "x"))
                .bodyBytesMax(-1).build();
        List<String> mistakes = RouteTable.mistakes(List.of(
                bad, route("same").build(), route("same").build()));
        List<String> expected = new ArrayList<>(List.of(
                "name: 'Bad' is not", "host: 'UPPER.example'", "path: 'no'", "methods: 'G T'",
                "methods: TRACE is never served", "headers: authorization is not for",
                "headers: x-portcullis-role is not for", "headers: 'X-Upper' is not a name",
                "headers: x-a: not a value", "rules: 1: path: '/a/../b'", "rules: 2: path: '/a;b'",
                "rules: 3: path: '/a%41'", "grpc: read_methods: '/pkg.Service'",
                "grpc: read_methods: '/a/b/c'", "grpc: read_methods: '/a/*b'",
                "rewrite_prefix: '/../up'", "request_headers: remove: host is the gateway's",
                "request_headers: remove: x-api-key is the gateway's",
                "request_headers: remove: 'a b' is not a header's name",
                "request_headers: set: Content-Length is the gateway's",
                "request_headers: set: Connection is the gateway's",
                "request_headers: set: X_Portcullis.Role is the gateway's",
                "request_headers: set: Via is the gateway's",
                "request_headers: set: Host: 'a b' is not a host",
                "response_headers: remove: transfer-encoding is the gateway's",
                "response_headers: remove: Host is the gateway's",
                "response_headers: set: X-Ok: not a value",
                "response_headers: set: Upgrade is the gateway's", "limits: body: is negative"));
        for (String each : expected) {
            assertThat(mistakes).as(each).anyMatch(told -> told.startsWith("Bad: " + each));
        }
        assertThat(mistakes).contains(
                "same: name: there are two of it", "same: is for the same requests as same");
        assertThat(mistakes).hasSize(expected.size() + 2);
        assertThat(RouteTable.mistakes(List.of(route("good").build()))).isEmpty();
    }

    @Test
    void ruleThatNoRequestReaches_isAMistake() {
        assertThat(RouteTable.mistakes(List.of(route("a").path("/orders")
                .rule(READ, "/search").rule(READ, "/ordersx").rule(READ, "/o*")
                .rule(READ, "/orders*").rule(READ, "/orders").rule(READ, "/orders/x").build())))
                .hasSize(2)
                .allMatch(told -> told.contains("is not below /orders, so that no request comes"));
    }
}
