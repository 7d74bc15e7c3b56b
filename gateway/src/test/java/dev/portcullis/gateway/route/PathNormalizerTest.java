package dev.portcullis.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.route.PathNormalizer.Normalized;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One path, one meaning: whoever reads the normal form reads what the application is chosen by. */
class PathNormalizerTest {
    private static Normalized normalize(String path) {
        byte[] octets = Heads.octets("x" + path + "x");
        return PathNormalizer.normalize(octets, 1, octets.length - 1);
    }

    private static String text(Normalized normalized) {
        return normalized.path() == null
                ? null : new String(normalized.path(), StandardCharsets.ISO_8859_1);
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            path.append('/').append(Heads.segment(random));
        }
        return path.toString();
    }

    /** The octets that a path stands for, as Latin-1 text. */
    private static String decoded(String path) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            boolean escape = path.charAt(i) == '%';
            out.write(escape ? Integer.parseInt(path.substring(i + 1, i + 3), 16) : path.charAt(i));
            i += escape ? 2 : 0;
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /** What a plain reading of a decoded path makes of it; null when it climbs above the root. */
    private static String resolved(String path) {
        Deque<String> stack = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (String segment : segments) {
            if (segment.equals("..") && stack.pollLast() == null) {
                return null;
            }
            if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
                stack.addLast(segment);
            }
        }
        String last = segments[segments.length - 1];
        boolean directory = last.isEmpty() || last.equals(".") || last.equals("..");
        String joined = "/" + String.join("/", stack);
        return directory && !joined.equals("/") ? joined + "/" : joined;
    }

    @Test
    void normalForm_isNormal() {
        Fuzz.rounds(20_000, random -> {
            String path = text(normalize(randomPath(random)));
            if (path == null) {
                return;
            }
            assertThat(path).startsWith("/").doesNotContain("//", "/./", "/../", "%00");
            assertThat(path.endsWith("/.") || path.endsWith("/..")).as(path).isFalse();
            for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
                String hex = path.substring(i + 1, i + 3);
                assertThat(hex).matches("[0-9A-F]{2}");
                assertThat((char) Integer.parseInt(hex, 16) + "")
                        .as("an unreserved character needs no escape")
                        .doesNotMatch("[A-Za-z0-9._~-]");
            }
            assertThat(text(normalize(path))).as("twice is as once").isEqualTo(path);
        });
    }

    @Test
    void normalForm_meansWhatThePathMeans() {
        Fuzz.rounds(20_000, random -> {
            String path = randomPath(random);
            Normalized normalized = normalize(path);
            String decoded = decoded(path);
            boolean separator = path.matches("(?i).*%(2f|5c).*");
            if (normalized.path() != null) {
                assertThat(normalized.escapedSeparator()).as(path).isEqualTo(separator);
            }
            if (separator) {
                return; // the one case where decoding first changes the segments
            }
            boolean hidden = decoded.matches("(?s).*/\\.\\.?;.*");
            boolean refused = hidden || decoded.indexOf(0) >= 0 || resolved(decoded) == null;
            String expected = refused ? null : resolved(decoded);
            String actual = text(normalized);
            assertThat(actual == null ? null : decoded(actual)).as(path).isEqualTo(expected);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "/, /", "//, /", "/., /", "/a/.., /", "/a/../, /", "/a/./b, /a/b", "/a//b, /a/b",
        "/a/b/../../c, /c", "/a/b/.., /a/", "/%61%2D%7e, /a-~", "/%c3%a9, /%C3%A9",
        "/a/%2e%2E/b, /b", "/%252e, /%252e", "/..., /...", "/a;x/b, /a;x/b", "/a/.../b, /a/.../b",
        "/..a/.b, /..a/.b", "/...;x, /...;x", "/a%2fb, /a%2Fb"
    })
    void path_isBroughtIntoItsNormalForm(String path, String expected) {
        assertThat(text(normalize(path))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/..", "/../a", "/a/../..", "/a/%2e%2e/..", "//..", "/a/..;/b", "/a/..;x", "/.;/a",
        "/%00", "/a%00b", "/a/..%2fb", "/a/%2e%2e%5cb", "/a/..%3bx", "/a/.%3B/b"
    })
    void pathThatCanBeReadInTwoWays_isRefused(String path) {
        assertThat(normalize(path).path()).isNull();
    }
}
