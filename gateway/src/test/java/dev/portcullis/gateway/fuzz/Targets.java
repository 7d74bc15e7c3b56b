package dev.portcullis.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Source;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.auth.Claim;
import dev.portcullis.gateway.auth.CredentialReader;
import dev.portcullis.gateway.http1.BodyReader;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.MessageHead;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http2.FieldSection;
import dev.portcullis.gateway.http2.RequestSections;
import dev.portcullis.gateway.http2.ResponseSections;
import dev.portcullis.gateway.l2.CacheOutcome;
import dev.portcullis.gateway.l2.MemoryServer;
import dev.portcullis.gateway.l2.Sealing;
import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.protect.ProxyHeader;
import dev.portcullis.gateway.protect.TrustedProxies;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.route.RouteTable;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** For each parser: octets of a stranger's choice, and what holds whatever they are. */
final class Targets {
    private static final HeadLimits LIMITS = new HeadLimits(32 * 1024, 16 * 1024, 100);
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAA==";
    private static final RouteTable ROUTES = new RouteTable(List.of(
            RouteConfig.of("a", "", "/a"), RouteConfig.of("ab", "", "/a/b")));
    private static final RouteTable ANY = new RouteTable(List.of(RouteConfig.of("all", "", "/")));
    private static final TrustedProxies PROXIES =
            new TrustedProxies(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));
    private static final int PROXY_HEADER_MAX = 16 + 8192;

    private static final CacheKey CACHE_KEY = Sealing.key("fuzz", 7);
    private static final String PREFIX = "abcdefghijk0";

    private Targets() {}

    /** In one piece and in two: the same; and what it says survives being written again. */
    static void requestHead(byte[] octets) {
        RequestHead whole = new RequestHead(LIMITS);
        if (readsAlike(octets, whole, new RequestHead(LIMITS))) {
            assertThat(whole.contentLength() > 0 && whole.chunked()).isFalse();
            String line = whole.text(whole.methodFrom(), whole.queryTo()) + " HTTP/1."
                    + whole.minorVersion() + "\r\n";
            survives(line, whole, new RequestHead(LIMITS));
        }
    }

    /** In one piece and in two: the same; and what it says survives being written again. */
    static void responseHead(byte[] octets) {
        ResponseHead whole = new ResponseHead(LIMITS);
        if (readsAlike(octets, whole, new ResponseHead(LIMITS))) {
            String line = "HTTP/1." + whole.minorVersion() + " " + whole.status() + " "
                    + whole.text(whole.reasonFrom(), whole.reasonTo()) + "\r\n";
            survives(line, whole, new ResponseHead(LIMITS));
        }
    }

    private static boolean readsAlike(byte[] octets, MessageHead whole, MessageHead pieces) {
        Progress progress = whole.read(Unpooled.wrappedBuffer(octets));
        int cut = octets.length == 0 ? 0 : (octets[0] & 0xff) % octets.length;
        ByteBuf rest = Unpooled.wrappedBuffer(octets);
        Progress again = pieces.read(rest.readSlice(cut));
        if (again == Progress.INCOMPLETE) {
            again = pieces.read(rest);
        }
        assertThat(again).isEqualTo(progress);
        assertThat(pieces.problem()).isEqualTo(whole.problem());
        if (progress == Progress.COMPLETE) {
            assertThat(pieces.fields()).isEqualTo(whole.fields());
            assertThat(pieces.length()).isEqualTo(whole.length());
        }
        return progress == Progress.COMPLETE;
    }

    private static void survives(String line, MessageHead head, MessageHead again) {
        HeadWriter out = new HeadWriter();
        out.put(line.getBytes(StandardCharsets.ISO_8859_1));
        for (int field = 0; field < head.fields(); field++) {
            out.putField(head, field);
        }
        ByteBuf written = out.endLine().take(Unpooled.buffer().alloc(), 0);
        try {
            assertThat(again.read(written)).isEqualTo(Progress.COMPLETE);
            assertThat(written.readableBytes()).isZero();
            assertThat(again.fields()).isEqualTo(head.fields());
            for (int field = 0; field < head.fields(); field++) {
                assertThat(again.text(again.valueFrom(field), again.valueTo(field)))
                        .isEqualTo(head.text(head.valueFrom(field), head.valueTo(field)));
            }
        } finally {
            written.release();
        }
    }

    /** In one piece and octet by octet: the same content, the same end, no more than came. */
    static void chunkedBody(byte[] octets) {
        BodyReader whole = new BodyReader();
        BodyReader pieces = new BodyReader();
        whole.chunked();
        pieces.chunked();
        ByteBuf all = Unpooled.wrappedBuffer(octets);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        take(whole, all, content);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        int at = 0;
        while (at < octets.length && !pieces.done() && !pieces.malformed()) {
            take(pieces, Unpooled.wrappedBuffer(octets, at++, 1), again);
        }
        assertThat(content.size()).isLessThanOrEqualTo(octets.length);
        assertThat(pieces.done()).isEqualTo(whole.done());
        assertThat(pieces.malformed()).isEqualTo(whole.malformed());
        if (!whole.malformed()) {
            assertThat(again.toByteArray()).isEqualTo(content.toByteArray());
        }
        if (whole.done()) {
            assertThat(at).isEqualTo(octets.length - all.readableBytes());
        }
    }

    private static void take(BodyReader body, ByteBuf in, ByteArrayOutputStream to) {
        ByteBuf piece = body.next(in);
        while (piece != null) {
            try {
                piece.readBytes(to, piece.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            piece.release();
            piece = body.done() ? null : body.next(in);
        }
    }

    /** A path that is believed has one reading, and that is its own normal form. */
    static void path(byte[] octets) {
        for (RouteTable routes : List.of(ROUTES, ANY)) {
            RequestHead head = request("/" + latin1(octets), "");
            if (head == null || head.queryFrom() < head.queryTo() || !routes.normalize(head)) {
                return;
            }
            String path = head.path();
            assertThat(path).startsWith("/");
            assertThat(path.split("/", -1)).doesNotContain(".", "..");
            RequestHead again = request(path, "");
            assertThat(again).as("%s is a target", path).isNotNull();
            assertThat(routes.normalize(again)).isTrue();
            assertThat(again.path()).isEqualTo(path);
            assertThat(routes.match(again)).isSameAs(routes.match(head));
        }
    }

    /** In every carrier: a claim or a reason, and no secret in what is shown of it. */
    static void credential(byte[] octets) {
        String value = latin1(octets);
        CredentialReader reader = new CredentialReader(new TokenFormat(TokenFormat.DEFAULT_MARK));
        for (String carrier : List.of("Authorization: ", "Authorization: Bearer ",
                "Authorization: Token ", "Authorization: Basic ", "X-Api-Key: ")) {
            RequestHead head = request("/", carrier + value + "\r\n");
            if (head == null) {
                continue;
            }
            Claim claim = reader.read(head);
            if (claim == null) {
                assertThat(reader.refusal()).isNotNull();
            } else if (head.credentials() == 1) {
                assertThat(claim.credential().toString()).doesNotContain(value);
            }
            assertThat(claim == null || head.credentials() == 1).isTrue();
        }
    }

    /** Whole or piece by piece the same; it takes no more than it may, and nothing in vain. */
    static void proxyHeader(byte[] octets) {
        ProxyHeader header = new ProxyHeader();
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        ProxyHeader.Progress progress = header.read(in);
        int taken = octets.length - in.readableBytes();
        assertThat(taken).isLessThanOrEqualTo(PROXY_HEADER_MAX);
        if (progress != ProxyHeader.Progress.COMPLETE) {
            assertThat(taken).isZero();
            assertThat(header.source()).isNull();
        }
        if (progress == ProxyHeader.Progress.INCOMPLETE) {
            assertThat(octets.length).isLessThan(PROXY_HEADER_MAX);
        }
        if (progress == ProxyHeader.Progress.COMPLETE) {
            ProxyHeader again = new ProxyHeader();
            byte[] early = Arrays.copyOf(octets, taken - 1);
            assertThat(again.read(Unpooled.wrappedBuffer(early)))
                    .isEqualTo(ProxyHeader.Progress.INCOMPLETE);
            assertThat(again.read(Unpooled.wrappedBuffer(octets))).isEqualTo(progress);
            assertThat(again.source()).isEqualTo(header.source());
        }
    }

    /** A stranger's list changes nothing; of a proxy's, the last stranger in it is the source. */
    static void forwardedFor(byte[] octets) {
        RequestHead head = request("/", "X-Forwarded-For: " + latin1(octets) + "\r\n");
        if (head == null) {
            return;
        }
        Source stranger = Source.of(address(192, 0, 2, 1));
        assertThat(PROXIES.resolve(stranger, head)).isSameAs(stranger);
        InetAddress proxy = address(10, 0, 0, 1);
        InetAddress source = PROXIES.resolve(Source.of(proxy), head).address();
        RequestHead longer = request(
                "/", "X-Forwarded-For: " + latin1(octets) + ", 198.51.100.9\r\n");
        // behind a line end, the last address would be another field's
        if (longer != null && longer.fields() == 2) {
            assertThat(PROXIES.resolve(Source.of(proxy), longer).address())
                    .as("not %s", source).isEqualTo(address(198, 51, 100, 9));
        }
    }

    /** Lines of a section, name and value apart by a tab: they come to one head or none. */
    static void http2Section(byte[] octets) {
        FieldSection section = new FieldSection();
        for (String line : latin1(octets).split("\u0001")) {
            int tab = line.indexOf('\t');
            section.add(tab < 0 ? line : line.substring(0, tab), line.substring(tab + 1));
        }
        ByteBuf out = Unpooled.buffer();
        if (new RequestSections().toHead(section, true, () -> KEY, out)) {
            leavesNothing(new RequestHead(LIMITS), out);
        }
        out.clear();
        if (ResponseSections.toHead(section, true, false, out)) {
            leavesNothing(new ResponseHead(LIMITS), out);
        }
    }

    private static void leavesNothing(MessageHead head, ByteBuf written) {
        if (head.read(written) == Progress.COMPLETE) {
            assertThat(written.readableBytes()).as("octets behind the head").isZero();
        } else {
            assertThat(head.problem()).as("a head is whole, or refused").isNotNull();
        }
    }

    /** Never believed as it stands; under its seal a message that is read whole, or nothing. */
    static void sharedRecord(byte[] octets) {
        assertThat(Sealing.opened(CACHE_KEY, PREFIX, octets)).isNull();
        byte[] sealed = Sealing.sealed(CACHE_KEY, PREFIX, octets);
        if (sealed == null) {
            return;
        }
        assertThat(Sealing.opened(CACHE_KEY, PREFIX, sealed)).isEqualTo(octets);
        MemoryServer server = new MemoryServer();
        server.values.put(Sealing.name(CACHE_KEY, PREFIX), sealed);
        SharedCache cache = SharedCache.on(server, Duration.ofMinutes(1), () -> 0);
        cache.setKey(CACHE_KEY);
        List<ResolveResponse> answers = new ArrayList<>();
        cache.find(TokenPrefix.of(PREFIX), answers::add);
        assertThat(answers).hasSize(1);
        if (answers.get(0) == null) {
            assertThat(cache.reads(CacheOutcome.MALFORMED)).isEqualTo(1);
        } else {
            assertThat(cache.reads(CacheOutcome.MALFORMED)).isZero();
        }
    }

    private static RequestHead request(String target, String fields) {
        RequestHead head = new RequestHead(LIMITS);
        ByteBuf in = Unpooled.wrappedBuffer(
                ("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return head.read(in) == Progress.COMPLETE && !in.isReadable() ? head : null;
    }

    private static String latin1(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static InetAddress address(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
