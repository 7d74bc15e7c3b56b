package dev.portcullis.gateway.fuzz;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.Heads;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the properties begin with: well-formed octets, and those that were made of them. */
final class Seeds {
    static final List<String> CHUNKED = List.of(
            "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "a;x=\"y;\\\"z\"\r\n0123456789\r\n0\r\n\r\n",
            "1\r\na\r\n2;q\r\nbc\r\n0\r\nX-Sum: 1\r\n\r\nGET");
    static final List<String> PATHS = List.of(
            "a/b", "a//b", "a/../b", "a/./b/%2e%2E/c", "a%2Fb", "a;x=1/b", "a/b;y/..;z/c", "%41/b",
            "a/b%3Bx", "a%5cb", "..", "%2e%2e/", "a/..%2f");
    static final List<String> CREDENTIALS = List.of(
            "Bearer x", "bearer  pct_", "Basic dXNlcjpwYXNz", "Token nbp_", "Basic ====", "Bearer",
            "nbp_0123456789012345678901234567890123456", "pct_0123456789ab_x");
    static final List<String> PROXY_HEADERS = List.of(
            "PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\nGET", "PROXY UNKNOWN\r\n",
            "PROXY TCP6 2001:db8::7 ::1 1 2\r\n",
            "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c\u00cb\0q\u0007\n\0\0\u0001\u0012g\u0001\u00bbGET",
            "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u0010\u00cb\0q\u0007\n\0\0\u0001\u0012g\u0001\u00bb"
                    + "\u0004\0\u0001x", "\r\n\r\n\0\r\nQUIT\n \0\0\0");
    static final List<String> LISTS = List.of(
            "203.0.113.7", "203.0.113.7, 10.0.0.2", "[fd00::1]:80, 10.1.1.1:443", "::1,,10.0.0.1",
            "unknown", "10.0.0.1, [2001:db8::1], 10.0.0.2");
    static final List<String> SECTIONS = List.of(
            ":method\tGET\u0001:scheme\thttps\u0001:path\t/a?b\u0001:authority\ta.example",
            ":method\tCONNECT\u0001:protocol\twebsocket\u0001:scheme\thttp\u0001:path\t/\u0001"
                    + ":authority\ta", ":status\t200\u0001content-length\t0\u0001x-a\tb");

    static final List<String> RECORDS = List.of(
            "", "\b\n\u0012\u0010\n\fabcdefghijk0\u0010\u0001", "\b\n\u001a\u0003\n\u0001u",
            "\u0001abcdefghijk0\b\n");

    private static final int SEVERAL = 50;

    private Seeds() {}

    static byte[] mutated(Random random, List<String> seeds) {
        byte[] octets = Heads.octets(seeds.get(random.nextInt(seeds.size())));
        for (int i = random.nextInt(4); i > 0 && octets.length > 0; i--) {
            octets = Heads.mutate(random, octets);
        }
        return octets;
    }

    static byte[] head(Random random, boolean request) {
        byte[] octets = request ? Heads.request(random) : Heads.response(random);
        return random.nextInt(4) == 0 ? octets : Heads.mutate(random, octets);
    }

    static byte[] credential(Random random) {
        String token = new TokenMint(new TokenFormat(TokenFormat.DEFAULT_MARK), random)
                .mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        return mutated(random, Fuzz.pick(random, CREDENTIALS, List.of("Bearer " + token, token)));
    }

    static Stream<byte[]> requestHead() {
        return several(random -> Heads.request(random));
    }

    static Stream<byte[]> responseHead() {
        return several(random -> Heads.response(random));
    }

    static Stream<byte[]> credential() {
        return several(random -> credential(random));
    }

    private static Stream<byte[]> several(Function<Random, byte[]> seed) {
        Random random = new Random(SEVERAL);
        return Stream.generate(() -> seed.apply(random)).limit(SEVERAL);
    }

    static Stream<byte[]> chunkedBody() {
        return CHUNKED.stream().map(Heads::octets);
    }

    static Stream<byte[]> path() {
        return PATHS.stream().map(Heads::octets);
    }

    static Stream<byte[]> proxyHeader() {
        return PROXY_HEADERS.stream().map(Heads::octets);
    }

    static Stream<byte[]> forwardedFor() {
        return LISTS.stream().map(Heads::octets);
    }

    static Stream<byte[]> sharedRecord() {
        return RECORDS.stream().map(Heads::octets);
    }

    static Stream<byte[]> http2Section() {
        return SECTIONS.stream().map(Heads::octets);
    }
}
