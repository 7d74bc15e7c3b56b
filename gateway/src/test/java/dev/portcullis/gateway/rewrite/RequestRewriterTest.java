package dev.portcullis.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessPolicy;
import dev.portcullis.core.access.Permit;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.Source;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.VerifiedCredential;
import dev.portcullis.gateway.http1.FieldName;
import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.protect.TrustedProxies;
import dev.portcullis.gateway.route.Route;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.route.RouteTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a caller sends, the upstream is told who calls by the gateway alone. */
class RequestRewriterTest {
    private static final String FORGED = "forged";
    private static final byte[] REQUEST_ID = Heads.octets("0123456789abcdef");
    private static final Caller CALLER =
            new Caller(Source.UNKNOWN, Heads.octets("192.0.2.7"), null);
    private static final Route ROUTE =
            new RouteTable(List.of(RouteConfig.of("app", "", "/"))).routes().get(0);
    private static final List<String> IDENTITY = List.of(
            "x-portcullis-user-id", "x-portcullis-user", "x-portcullis-kind",
            "x-portcullis-groups", "x-portcullis-role", "x-portcullis-token-id", "x-request-id",
            "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");
    private static final List<String> DELETED = List.of(
            "authorization", "proxy-authorization", "x-api-key", "forwarded", "x-real-ip",
            "x-http-method", "x-http-method-override", "x-method-override", "x-original-url",
            "x-rewrite-url", "keep-alive", "proxy-connection", "te", "upgrade", "http2-settings",
            "x-portcullis-", "x-portcullis-else", "x-forwarded-port");

    private final RequestRewriter rewriter =
            new RequestRewriter(
                    new HeadWriter(), UnpooledByteBufAllocator.DEFAULT, TrustedProxies.NONE);
    private final MintedToken minted = new TokenMint(
            new TokenFormat(TokenFormat.DEFAULT_MARK), new Random(2))
            .mint(CredentialKind.ACCESS_TOKEN);
    private final String token = minted.plain().reveal();
    private final Permit permit = permit();

    private Permit permit() {
        CredentialRecord record = new CredentialRecord(minted.prefix(), minted.kind(),
                minted.hash(), "u1", CredentialState.LIVE, CredentialRecord.NEVER);
        byte[] text = Heads.octets(token);
        VerifiedCredential verified = (VerifiedCredential) new TokenVerifier(Peppers.NONE).verify(
                new TokenFormat(TokenFormat.DEFAULT_MARK).parse(text, 0, text.length), record, 0);
        Principal principal = new Principal("u1", "r\u00f6bot\r\nX-Portcullis-Role: admin",
                UserKind.SERVICE, false, List.of("a,b", "c"), Map.of("app", Role.WRITER));
        return (Permit) AccessPolicy.decide(
                verified, principal, "app", Access.WRITE, Source.UNKNOWN);
    }

    private RequestHead head(String text) {
        RequestHead head = new RequestHead(Heads.LIMITS);
        assertThat(head.read(Unpooled.wrappedBuffer(Heads.octets(text)))).as(text)
                .isEqualTo(Progress.COMPLETE);
        return head;
    }

    private String rewritten(RequestHead head) {
        UpstreamRequest request = rewriter.rewrite(head, permit, ROUTE, CALLER, REQUEST_ID);
        ByteBuf out = request.head();
        assertThat(request.chunkedBody()).isEqualTo(head.chunked());
        String text = out.toString(StandardCharsets.ISO_8859_1);
        request.release();
        return text;
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

    private String forged(Random random) {
        List<String> names = new ArrayList<>(IDENTITY);
        names.addAll(DELETED);
        StringBuilder fields = new StringBuilder("Authorization: Bearer " + token + "\r\n");
        for (int i = random.nextInt(8); i > 0; i--) {
            String name = names.get(random.nextInt(names.size()));
            String value = name.equals("authorization") || name.equals("x-api-key")
                    ? token : FORGED;
            fields.append(Heads.spelling(random, name)).append(':')
                    .append(Fuzz.pick(random, "", " ", "\t")).append(value).append("\r\n");
        }
        if (random.nextInt(3) == 0) {
            // what Connection names is dropped, but never what the gateway says
            fields.append("Connection: ").append(Fuzz.pick(random, "close, ", ""))
                    .append(names.get(random.nextInt(names.size()))).append(", host\r\n");
        }
        return fields.toString();
    }

    @Test
    void forgedIdentity_isReplacedByTheGatewaysOwn() {
        Fuzz.rounds(5000, random -> {
            String sent = new String(Heads.request(random), StandardCharsets.ISO_8859_1);
            int fieldsAt = sent.indexOf("\r\n", 2) + 2;
            RequestHead head = head(
                    sent.substring(0, fieldsAt) + forged(random) + sent.substring(fieldsAt));
            String text = rewritten(head);
            RequestHead again = head(text);

            assertThat(again.length()).as("nothing stands behind the head")
                    .isEqualTo(text.length());
            assertThat(text).doesNotContain(FORGED, token);
            for (String name : IDENTITY) {
                assertThat(values(again, name)).as(name).hasSize(1);
            }
            for (String name : DELETED) {
                assertThat(values(again, name)).as(name).isEmpty();
            }
            assertThat(again.credentials()).isZero();
            assertThat(values(again, "x-portcullis-role")).containsExactly("writer");
            assertThat(values(again, "x-portcullis-user-id")).containsExactly("u1");
            assertThat(values(again, "x-portcullis-groups")).containsExactly("a%2cb,c");
            assertThat(values(again, "x-forwarded-for")).containsExactly("192.0.2.7");
            assertSameMessage(head, again);
        });
    }

    private static void assertSameMessage(RequestHead head, RequestHead again) {
        assertThat(again.method()).isEqualTo(head.method());
        assertThat(again.path()).isEqualTo(head.path());
        assertThat(again.text(again.queryFrom(), again.queryTo()))
                .isEqualTo(head.text(head.queryFrom(), head.queryTo()));
        assertThat(again.minorVersion()).isEqualTo(1);
        assertThat(again.chunked()).isEqualTo(head.chunked());
        assertThat(again.contentLength()).isEqualTo(head.contentLength());
        assertThat(again.keepsAlive()).isTrue();
        assertThat(again.nominatesFields()).isFalse();
        assertThat(values(again, "host"))
                .containsExactly(head.text(head.hostFrom(), head.hostTo()));
        for (int i = 0; i < again.fields(); i++) {
            boolean framing = again.name(i) == FieldName.CONTENT_LENGTH
                    || again.name(i) == FieldName.TRANSFER_ENCODING;
            assertThat(!framing || again.isExact(i)).as("field %s", i).isTrue();
        }
    }

    @Test
    void nominatedField_goesNoFurther() {
        String text = rewritten(head("GET / HTTP/1.1\r\nHost: a\r\nConnection: x-one\r\n"
                + "X-One: 1\r\nX_One: 1\r\nX-Two: 2\r\nVia: 1.0 other\r\n\r\n"));
        assertThat(text).doesNotContainIgnoringCase("one").contains("X-Two: 2\r\n")
                .contains("Via: 1.0 other\r\n", "Via: 1.1 portcullis\r\n");
    }

    @Test
    void http10WithoutHost_goesOnWithOne() {
        RequestHead again = head(rewritten(head("GET /x HTTP/1.0\r\n\r\n")));
        assertThat(again.hasHost()).isTrue();
        assertThat(values(again, "x-forwarded-host")).isEmpty();
    }
}
