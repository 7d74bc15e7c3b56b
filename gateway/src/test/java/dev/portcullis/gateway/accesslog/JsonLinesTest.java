package dev.portcullis.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.token.TokenPrefix;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    private static final String SECRET = "sssssssssssssssssssssssssssssssssssssssssssssssss";
    private static final String TOKEN = "pct_0123456789ab_" + SECRET;

    @Test
    void fullEntry_everyFieldInOrder() throws Exception {
        assertThat(line(full()))
                .isEqualTo(
                        "{\"time\":\"2026-03-04T05:06:07.089Z\",\"request_id\":\"r1\","
                                + "\"trace_id\":\"t1\",\"client\":\"192.0.2.7\","
                                + "\"protocol\":\"HTTP/2\",\"tls\":\"TLSv1.3\","
                                + "\"method\":\"GET\",\"path\":\"/a\","
                                + "\"query_bytes\":12,\"application\":\"app\",\"user_id\":\"u1\","
                                + "\"user\":\"ci\",\"token_id\":\"0123456789ab\","
                                + "\"role\":\"reader\",\"status\":403,\"code\":\"write_denied\","
                                + "\"outcome\":\"refused\","
                                + "\"phase\":\"authorise\",\"bytes_in\":1,\"bytes_out\":2,"
                                + "\"duration_us\":3,\"verdict_us\":5,\"lease_us\":6,"
                                + "\"upstream_us\":4,\"response_us\":0,"
                                + "\"upstream\":\"127.0.0.1:9\",\"reused\":true,"
                                + "\"retries\":1}\n");
    }

    @Test
    void emptyEntry_onlyWhatIsKnown() {
        assertThat(line(new AccessLogEntry()))
                .isEqualTo(
                        "{\"time\":\"1970-01-01T00:00:00.000Z\",\"status\":0,\"bytes_in\":0,"
                                + "\"bytes_out\":0,\"duration_us\":0}\n");
    }

    @Test
    void timesAcrossSecondsAndMinutes_eachItsOwn() {
        JsonLines lines = new JsonLines(0);
        for (long millis : new long[] {59_999, 60_000, 60_001, -1}) {
            AccessLogEntry entry = new AccessLogEntry();
            entry.timeMillis = millis;
            lines.append(entry);
        }
        assertThat(text(lines.flip()))
                .contains(
                        "\"1970-01-01T00:00:59.999Z\"",
                        "\"1970-01-01T00:01:00.000Z\"",
                        "\"1970-01-01T00:01:00.001Z\"",
                        "\"1969-12-31T23:59:59.999Z\"");
    }

    @ParameterizedTest
    @CsvSource({
        "34, \\\"", "92, \\\\", "0, \\u0000", "10, \\u000a", "13, \\u000d", "27, \\u001b",
        "127, \\u007f", "128, \\u0080", "255, \\u00ff", "8232, \\u2028", "55296, \\ud800"
    })
    void hostileCharacter_escaped(int character, String escaped) {
        AccessLogEntry entry = new AccessLogEntry();
        entry.path = "/x" + (char) character + "y";
        assertThat(line(entry)).contains("\"path\":\"/x" + escaped + "y\"");
    }

    @Test
    void everyOctetInEveryField_oneLineOfPrintableAscii() throws Exception {
        StringBuilder octets = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            octets.append(c);
        }
        String line = line(everyTextIs(octets.toString()));
        assertThat(line).endsWith("}\n");
        assertThat(line.substring(0, line.length() - 1)).matches("[ -~]*");
    }

    @Test
    void longestEntry_fitsTheStatedMaximum() throws Exception {
        AccessLogEntry entry = everyTextIs("\0".repeat(100_000));
        entry.client = InetAddress.getByName("2001:db8:1111:2222:3333:4444:5555:6666");
        entry.timeMillis = Instant.parse("+999999-12-31T23:59:59.999Z").toEpochMilli();
        entry.queryBytes = Integer.MAX_VALUE;
        entry.status = Integer.MAX_VALUE;
        for (Field field : AccessLogEntry.class.getFields()) {
            if (field.getType() == long.class && !field.getName().equals("timeMillis")) {
                field.setLong(entry, Long.MAX_VALUE);
            }
        }
        JsonLines lines = new JsonLines(0);
        assertThat(lines.hasRoom()).isTrue();
        lines.append(entry);
        assertThat(lines.hasRoom()).isFalse();
    }

    @Test
    void longValue_cutAndMarked() {
        AccessLogEntry entry = new AccessLogEntry();
        entry.path = "/" + "a".repeat(20_000);
        entry.user = "u".repeat(257);
        assertThat(line(entry))
                .contains("\"path\":\"/" + "a".repeat(2044) + "...\"")
                .contains("\"user\":\"" + "u".repeat(253) + "...\"");
    }

    @Test
    void tokenInEveryText_noSecretInTheLine() throws Exception {
        String token = new TokenMint(new TokenFormat("pc"), new Random(7))
                .mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        String line = line(everyTextIs(token));
        assertThat(line).contains(token.substring(0, 17) + "[redacted]");
        for (int at = 17; at + 8 <= token.length(); at++) {
            assertThat(line).doesNotContain(token.substring(at, at + 8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/x/" + TOKEN, "/x/" + TOKEN + "/y", "/" + TOKEN + TOKEN, "acmek_0123456789_" + SECRET,
        "/pcx_0123456789ab_" + "ssssssssssssssss", "/pct%5F0123456789ab%5f" + SECRET,
        "/pc%74_%30123456789ab_" + "%73%73" + SECRET,
        "/nbp_" + SECRET, "/x?nbp%5fssssssssssssssss", "/%6ebp_%73%73" + SECRET,
    })
    void tokenInPath_secretRedacted(String path) {
        AccessLogEntry entry = new AccessLogEntry();
        entry.path = path;
        assertThat(line(entry)).contains("[redacted]").doesNotContain("ssss").doesNotContain("%73");
    }

    @Test
    void endlessSecret_redactedWhole() {
        AccessLogEntry entry = new AccessLogEntry();
        entry.path = "/" + TOKEN + "%73s".repeat(100_000) + "/end";
        assertThat(line(entry)).contains("/pct_0123456789ab_[redacted]/end\"");
    }

    @Test
    void tokenAcrossTheCut_secretRedacted() {
        for (int before = JsonLines.PATH_MAX - 70; before < JsonLines.PATH_MAX; before++) {
            AccessLogEntry entry = new AccessLogEntry();
            entry.path = "/".repeat(before) + TOKEN;
            assertThat(line(entry)).doesNotContain("ssss");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/v2/blobs/sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "/list_of_things/with_underscores_and_more_of_them",
        "/%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82%20%D0%BC%D0%B8%D1%80"
    })
    void ordinaryPath_asItIs(String path) {
        AccessLogEntry entry = new AccessLogEntry();
        entry.path = path;
        assertThat(line(entry)).contains("\"path\":\"" + path + "\"");
    }

    private static AccessLogEntry full() throws Exception {
        AccessLogEntry entry = new AccessLogEntry();
        entry.timeMillis = Instant.parse("2026-03-04T05:06:07.089Z").toEpochMilli();
        entry.requestId = "r1";
        entry.client = InetAddress.getByName("192.0.2.7");
        entry.method = "GET";
        entry.path = "/a";
        entry.queryBytes = 12;
        entry.application = "app";
        entry.userId = "u1";
        entry.user = "ci";
        entry.tokenId = TokenPrefix.of("0123456789ab");
        entry.role = Role.READER;
        entry.status = 403;
        entry.code = "write_denied";
        entry.phase = "authorise";
        entry.bytesIn = 1;
        entry.bytesOut = 2;
        entry.durationMicros = 3;
        entry.upstream = "127.0.0.1:9";
        entry.upstreamMicros = 4;
        entry.traceId = "t1";
        entry.protocol = "HTTP/2";
        entry.tls = "TLSv1.3";
        entry.outcome = "refused";
        entry.verdictMicros = 5;
        entry.leaseMicros = 6;
        entry.responseMicros = 0;
        entry.retries = 1;
        entry.reused = true;
        return entry;
    }

    /** By reflection, so that a field that is added later cannot be forgotten here. */
    private static AccessLogEntry everyTextIs(String text) throws Exception {
        AccessLogEntry entry = full();
        for (Field field : AccessLogEntry.class.getFields()) {
            if (field.getType() == String.class) {
                field.set(entry, text);
            }
        }
        return entry;
    }

    private static String line(AccessLogEntry entry) {
        JsonLines lines = new JsonLines(0);
        lines.append(entry);
        return text(lines.flip());
    }

    private static String text(ByteBuffer octets) {
        return StandardCharsets.ISO_8859_1.decode(octets).toString();
    }
}
