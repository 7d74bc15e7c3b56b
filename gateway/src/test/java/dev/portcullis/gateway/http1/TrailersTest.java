package dev.portcullis.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.MessageHead.Progress;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which trailers go on: RFC 9110, sections 6.5.1 and 7.6.1. */
class TrailersTest {
    private static Trailers read(String... names) {
        Trailers trailers = new Trailers();
        String text = String.join(": v\r\n", names) + ": v\r\n\r\n";
        assertThat(trailers.read(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)))
                .isEqualTo(Progress.COMPLETE);
        return trailers;
    }

    private static List<String> passing(Trailers trailers) {
        List<String> passing = new ArrayList<>();
        for (int field = 0; field < trailers.fields(); field++) {
            if (trailers.mayPass(field)) {
                passing.add(trailers.text(trailers.nameFrom(field), trailers.nameTo(field)));
            }
        }
        return passing;
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // framing, routing, the connection
        "Content-Length", "Transfer-Encoding", "Host", "Connection", "Keep-Alive",
        "Proxy-Connection", "TE", "Trailer", "Upgrade", "HTTP2-Settings", "Via", "Max-Forwards",
        // authentication
        "Authorization", "Proxy-Authorization", "Proxy-Authenticate", "WWW-Authenticate",
        "Proxy-Authentication-Info", "Cookie", "Cookie2", "Set-Cookie", "Set-Cookie2",
        "X-Api-Key", "Client-Cert", "Client-Cert-Chain",
        // who calls, and for whom
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Anything", "X-Real-IP", "X-Request-Id",
        "X-Portcullis-User", "X-Portcullis-Anything-bin",
        // modifiers of requests
        "Expect", "Cache-Control", "Pragma", "Range", "If-Match", "If-None-Match", "If-Range",
        "If-Modified-Since", "If-Unmodified-Since", "Accept", "Accept-Encoding",
        "Accept-Language", "Accept-Charset", "Prefer", "Origin", "Early-Data",
        "X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "Proxy",
        "Sec-Fetch-Site", "Sec-WebSocket-Key",
        // control of responses
        "Age", "Allow", "Alt-Svc", "Clear-Site-Data", "Date", "Expires", "Location", "Refresh",
        "Retry-After", "Vary", "Warning", "Strict-Transport-Security",
        "Access-Control-Allow-Origin", "Cross-Origin-Opener-Policy", "Permissions-Policy",
        "Referrer-Policy", "X-Frame-Options", "X-Content-Type-Options", "X-Accel-Redirect",
        "X-Sendfile",
        // what the content is
        "Content-Type", "Content-Encoding", "Content-Range", "Content-Location",
        "Content-Language", "Content-Disposition", "Content-Security-Policy",
    })
    void nameOfAHead_doesNotPass(String name) {
        assertThat(passing(read(name))).isEmpty();
        assertThat(passing(read(name.toUpperCase(Locale.ROOT)))).isEmpty();
        assertThat(passing(read(name.replace('-', '_')))).as("as CGI folds it").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "grpc-status", "grpc-message", "grpc-status-details-bin", "x-trace-bin",
        "content-proof-bin", "Checksum", "ETag", "Accept-Ranges", "Content-Digest", "Content-MD5",
        "Digest", "Server-Timing", "Proxy-Status", "Authentication-Info", "Cookies",
        "My-Set-Cookie", "Locations", "x", "Last-Modified",
    })
    void otherName_passes(String name) {
        assertThat(passing(read(name))).containsExactly(name);
    }

    @Test
    void fieldThatTheConnectionNames_goesNoFurther() {
        String names = "a".repeat(31).replaceAll("a", "x-a,") + "x-last";
        ResponseHead head = new ResponseHead(new HeadLimits(4096, 1000, 10));
        assertThat(head.read(Unpooled.copiedBuffer("HTTP/1.1 200 OK\r\nConnection: close, X-Sum\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: " + names + "\r\n\r\n",
                StandardCharsets.US_ASCII))).isEqualTo(Progress.COMPLETE);
        List<String> all = new ArrayList<>(List.of("x_sum", "X-Other"));
        while (all.size() < 31) {
            all.add("x-kept");
        }
        all.add("x-last");
        Trailers trailers = read(all.toArray(String[]::new));
        trailers.nominatedBy(head);
        assertThat(passing(trailers)).hasSize(30).contains("X-Other", "x-kept")
                .doesNotContain("x_sum", "x-last");
    }
}
