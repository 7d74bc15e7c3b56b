package dev.portcullis.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The letter of the grammar of request heads, rule by rule. */
class RequestGrammarTest {
    private static final int LINE_MAX = 16 * 1024;
    private static final int HEAD_MAX = 32 * 1024;

    private static String read(String text) {
        return HeadReading.whole(new RequestHead(Heads.LIMITS), Heads.octets(text));
    }

    private static RequestHead accepted(String... fields) {
        RequestHead head = new RequestHead(Heads.LIMITS);
        String text = "POST / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        assertThat(HeadReading.whole(head, Heads.octets(text))).contains(" octets");
        return head;
    }

    private static void assertMalformed(String text) {
        assertThat(read(text)).startsWith("REFUSED MALFORMED");
    }

    private static String with(String field) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a", "example.org", "example.org:80", "h:", "1.2.3.4:65535", "[::1]", "[::1]:8080",
        "[::ffff:1.2.3.4]", "a_b", "a-b.", "a!$&'()*+,;=~"
    })
    void hostByTheGrammar_isAccepted(String host) {
        assertThat(read("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).contains(" octets");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "a b", "a/b", "a?b", "a#b", "u@a", "a\\b", "a%41", ":80", "a:b", "a:80:80", "a:123456",
        "[::1", "[]", "[]:80", "::1", "[::1]a", "[::1]:x", "[v1.a]", "[g::]", "a\"b", "<a>", "a|b",
        "a`b", "a^b", "{a}", "a\tb", "\u00e9", "a:+80", "a:-1", "http://a"
    })
    void hostAgainstTheGrammar_isRefused(String host) {
        assertMalformed("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @Test
    void hostMissingOrTwice_isRefused() {
        assertMalformed("GET / HTTP/1.1\r\n\r\n");
        assertMalformed("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
        assertMalformed("GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n");
        assertThat(read("GET / HTTP/1.0\r\n\r\n")).contains(" octets");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, octets", "HTTP/1.0, octets", "HTTP/1.2, VERSION_UNSUPPORTED",
        "HTTP/1.9, VERSION_UNSUPPORTED", "HTTP/2.0, VERSION_UNSUPPORTED",
        "HTTP/0.9, VERSION_UNSUPPORTED", "http/1.1, MALFORMED", "HTTP/1, MALFORMED",
        "HTTP/11, MALFORMED", "HTTP/1.1x, MALFORMED", "HTTP/01.1, MALFORMED",
        "HTTP/1.10, MALFORMED", "HTTP/1_1, MALFORMED", "HTTQ/1.1, MALFORMED", "'', MALFORMED"
    })
    void version_isOneOfTwo(String version, String outcome) {
        assertThat(read("GET / " + version + "\r\nHost: a\r\n\r\n")).contains(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /\r\n", "GET  / HTTP/1.1\r\n", "GET /  HTTP/1.1\r\n", "GET / HTTP/1.1 \r\n",
        " GET / HTTP/1.1\r\n", "GET\t/ HTTP/1.1\r\n", "GET /\tHTTP/1.1\r\n", "/ HTTP/1.1\r\n",
        "G(T / HTTP/1.1\r\n", "GET a HTTP/1.1\r\n", "GET ?x HTTP/1.1\r\n", "GET * HTTP/1.1\r\n",
        "GET /a b HTTP/1.1\r\n", "GET /\u00ce\u00b4 HTTP/1.1\r\n", "GET /#a HTTP/1.1\r\n",
        "GET /% HTTP/1.1\r\n", "GET /%4 HTTP/1.1\r\n", "GET /%4g HTTP/1.1\r\n",
        "GET /?%x1 HTTP/1.1\r\n", "GET /\\a HTTP/1.1\r\n", "GET /?a[] HTTP/1.1\r\n",
        "GET /\u0000 HTTP/1.1\r\n", "GET /?\u007f HTTP/1.1\r\n", "OPTIONS *a HTTP/1.1\r\n",
        "GET ftp://a/ HTTP/1.1\r\n", "GET http://b/ HTTP/1.1\r\n", "GET http:// HTTP/1.1\r\n",
        "GET http://u@a/ HTTP/1.1\r\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\r\n",
        "PRI * HTTP/1.1\r\n", "CONNECT a b HTTP/1.1\r\n", "CONNECT \u0001 HTTP/1.1\r\n",
        "CONNECT ?x HTTP/1.1\r\n"
    })
    void requestLineAgainstTheGrammar_isRefused(String line) {
        assertMalformed(line + "Host: a\r\n\r\n");
    }

    @Test
    void oneEmptyLineBeforeTheRequest_isIgnoredAndNoSecond() {
        String request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(read("\r\n" + request)).contains(" octets");
        assertMalformed("\r\n\r\n" + request);
        assertMalformed("\n" + request);
        assertMalformed("\r" + request);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "X : a", " X: a", "X", ": a", "X(: a", "\tfolded", "X: a\r\n folded", "X: a\u0000",
        "X: a\rb", "X: \u001f", "X: abcdefgh\u007f", "X\u00e9: a", "X: a\nY: b", "X: \u000b"
    })
    void fieldAgainstTheGrammar_isRefused(String field) {
        assertMalformed(with(field));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length:", "Content-Length: +5", "Content-Length: -1", "Content-Length: 5,5",
        "Content-Length: 5 5", "Content-Length: 0x5", "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 1000000000000000000", "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 0", "Transfer-Encoding:",
        "Transfer-Encoding: identity", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked,", "Transfer-Encoding: ,chunked",
        "Transfer-Encoding: chunked;a", "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: \u000bchunked", "Transfer-Encoding: \"chunked\""
    })
    void bodyWhoseEndIsInDoubt_isRefused(String field) {
        assertMalformed(with(field));
    }

    @Test
    void chunkedInHttp10_isRefused() {
        assertMalformed("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void bodyThatIsAnnouncedOnce_isRead() {
        assertThat(accepted("Content-Length: 999999999999999999").contentLength())
                .isEqualTo(999_999_999_999_999_999L);
        assertThat(accepted("Content-Length:\t007 ").contentLength()).isEqualTo(7);
        assertThat(accepted("Transfer-Encoding: CHUNKED").chunked()).isTrue();
        assertThat(accepted("Transfer_Encoding: chunked", "Content.Length: 3").hasBody())
                .as("only the exact spelling is obeyed").isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "close|false|false", "CLOSE|false|false", "keep-alive|true|false", "''|true|false",
        "x|true|true", "x, close|false|true", ",, close ,|false|false", "closed|true|true"
    })
    void connectionOptions_areUnderstood(String options, boolean alive, boolean nominates) {
        RequestHead head = accepted("Connection: " + options);
        assertThat(head.keepsAlive()).isEqualTo(alive);
        assertThat(head.nominatesFields()).isEqualTo(nominates);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a;b", "\"close\"", "close\u00e9", "a=b"})
    void connectionOptionsThatAreNoTokens_areRefused(String options) {
        assertMalformed(with("Connection: " + options));
    }

    @Test
    void nominatedField_isRecognisedInAnyCase() {
        RequestHead head = accepted("Connection: close, X-One", "connection:x-three", "X-ONE: 1",
                "X-Two: 2", "x_three: 3", "X-On: 4");
        assertThat(ConnectionOptions.nominate(head, 3)).isTrue();
        assertThat(ConnectionOptions.nominate(head, 4)).isFalse();
        assertThat(ConnectionOptions.nominate(head, 5)).isTrue();
        assertThat(ConnectionOptions.nominate(head, 6)).isFalse();
    }

    @Test
    void http10_isKeptAliveOnlyOnDemand() {
        assertThat(read("GET / HTTP/1.0\r\n\r\n")).contains("alive false");
        assertThat(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
                .contains("alive true");
        assertThat(read("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"))
                .contains("alive false");
    }

    @Test
    void expectationOtherThanContinue_isRefused() {
        assertThat(accepted("Expect: 100-CONTINUE").expectsContinue()).isTrue();
        assertThat(read(with("Expect: 200-ok"))).startsWith("REFUSED EXPECTATION_UNKNOWN");
        assertThat(read(with("Expect:"))).startsWith("REFUSED EXPECTATION_UNKNOWN");
    }

    private static String lineOf(int octets) {
        return "GET /" + "a".repeat(octets - "GET / HTTP/1.1".length()) + " HTTP/1.1";
    }

    @Test
    void requestLine_mayHave16KiBAndNotOneOctetMore() {
        assertThat(read(lineOf(LINE_MAX) + "\r\nHost: a\r\n\r\n")).contains(" octets");
        assertThat(read(lineOf(LINE_MAX + 1) + "\r\nHost: a\r\n\r\n"))
                .startsWith("REFUSED LINE_TOO_LONG");
        assertThat(read("GET /" + "a".repeat(LINE_MAX))).startsWith("REFUSED LINE_TOO_LONG");
        assertThat(read("GET /" + "a".repeat(LINE_MAX) + "\n")).startsWith("REFUSED LINE_TOO_LONG");
    }

    private static String headOf(int octets) {
        String begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        return begin + "x".repeat(octets - begin.length() - 4) + "\r\n\r\n";
    }

    @Test
    void head_mayHave32KiBAndNotOneOctetMore() {
        assertThat(read(headOf(HEAD_MAX) + "rest")).contains(" octets");
        for (int more = 1; more < 6; more++) {
            assertThat(read(headOf(HEAD_MAX + more))).startsWith("REFUSED TOO_LARGE");
        }
        assertThat(read("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(HEAD_MAX)))
                .startsWith("REFUSED TOO_LARGE");
    }

    @Test
    void head_mayHave100FieldsAndNotOneMore() {
        String begin = "GET / HTTP/1.1\r\nHost: a\r\n";
        assertThat(read(begin + "X: a\r\n".repeat(99) + "\r\n")).contains(" octets");
        assertThat(read(begin + "X: a\r\n".repeat(100) + "\r\n"))
                .startsWith("REFUSED TOO_LARGE");
    }
}
