package dev.portcullis.gateway.http1;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random heads that are well-formed, and what can be done to them. */
public final class Heads {
    public static final HeadLimits LIMITS = new HeadLimits(32 * 1024, 16 * 1024, 100);

    private static final String LETTERS = "abcxyzABCXYZ0189";
    private static final String TCHARS = LETTERS + "!#$%&'*+-.^_`|~";
    private static final String PCHARS = LETTERS + "-._~!$&'()*+,;=:@";
    private static final String VALUES = LETTERS + " \t,;=\"\\(){}:/?@[]<>\u0080\u00e9\u00ff";
    private static final byte[] INTERESTING = {
        0, 1, '\t', '\n', 0x0b, 0x0c, '\r', ' ', '"', '#', '%', ',', '-', '.', '/', '0', '9', ':',
        ';', '=', '?', '@', 'A', '[', '\\', ']', '_', 'a', 0x7f, (byte) 0x80, (byte) 0x85,
        (byte) 0xa0, (byte) 0xff
    };

    private Heads() {}

    public static byte[] octets(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A head that has been used before: what it read must leave no trace. */
    public static RequestHead usedRequestHead() {
        RequestHead head = new RequestHead(LIMITS);
        head.read(Unpooled.wrappedBuffer(octets(
                "POST http://h/" + "%41;".repeat(300) + "?q HTTP/1.0\r\nHost: h\r\n"
                        + "Content-Length: 7\r\nConnection: close, keep-alive, x\r\n"
                        + "Authorization: a\r\nX-Api-Key: b\r\nExpect: 100-continue\r\n"
                        + "Content-Type: application/grpc\r\nX: " + "\r".repeat(500) + "\n")));
        head.clear();
        return head;
    }

    public static String target(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            path.append('/').append(segment(random));
        }
        if (random.nextInt(3) == 0) {
            path.append('?').append(Fuzz.text(random, 8, PCHARS + "/?"));
            path.append(Fuzz.pick(random, "", "%00", "%fF", "%2e"));
        }
        return path.toString();
    }

    /** A segment, well-formed, but maybe not normal. */
    public static String segment(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Fuzz.pick(random, "", ".", "..", "...", "%2e", ".%2E", "..a", "%2E%2e%2e");
            case 1 -> Fuzz.pick(random, "..;x", ".;", "..%2f", "%2F..", "a%5cb", "..%3b", "%00");
            case 2 -> Fuzz.text(random, 3, PCHARS)
                    + String.format("%%%02x", 1 + random.nextInt(255))
                    + Fuzz.text(random, 2, PCHARS)
                    + String.format("%%%02X", 1 + random.nextInt(255));
            default -> Fuzz.text(random, 6, PCHARS);
        };
    }

    /** The fields of a request but Host, without those that frame; each ends its line. */
    public static List<String> fields(Random random) {
        List<String> fields = new ArrayList<>();
        for (int i = random.nextInt(7); i > 0; i--) {
            fields.add(Fuzz.pick(random,
                    "Connection: " + Fuzz.pick(random, "close", "keep-alive", "X-A, close,, Y"),
                    "Authorization: Bearer " + Fuzz.text(random, 70, LETTERS + "_"),
                    "x-api-key:" + Fuzz.text(random, 70, LETTERS),
                    "Expect: 100-Continue",
                    "Content-Type: application/grpc" + Fuzz.pick(random, "", "+proto", "; a", "x"),
                    Fuzz.pick(random, "Content_Length: 3", "Transfer.Encoding: chunked", "host_:"),
                    "X" + Fuzz.text(random, 9, TCHARS) + ":" + ows(random)
                            + Fuzz.text(random, 40, VALUES) + ows(random)));
        }
        return fields;
    }

    private static String ows(Random random) {
        return Fuzz.pick(random, "", " ", " ", "\t", "  \t ");
    }

    /** A well-formed request head. */
    public static byte[] request(Random random) {
        String version = Fuzz.pick(random, "1.1", "1.1", "1.1", "1.0");
        String host = Fuzz.pick(random, "a", "Example.org:8080", "127.0.0.1", "[::1]:80", "h:");
        List<String> fields = fields(random);
        fields.add("Host:" + ows(random) + host + ows(random));
        boolean chunked = version.equals("1.1") && random.nextInt(4) == 0;
        if (chunked) {
            fields.add("Transfer-Encoding: " + Fuzz.pick(random, "chunked", "Chunked"));
        } else if (random.nextInt(3) == 0) {
            fields.add("content-length: " + Fuzz.pick(random, "0", "5", "007", "90"));
        }
        Collections.shuffle(fields, random);
        String method = Fuzz.pick(
                random, "GET", "POST", "HEAD", "get", "X" + Fuzz.text(random, 5, TCHARS));
        String target = switch (random.nextInt(8)) {
            case 0 -> Fuzz.pick(random, "http://", "HTTP://") + host + target(random);
            case 1 -> "http://" + host + Fuzz.pick(random, "", "?", "?a=%20b");
            default -> target(random);
        };
        if (random.nextInt(20) == 0) {
            method = "OPTIONS";
            target = "*";
        }
        String head = method + " " + target + " HTTP/" + version + "\r\n" + lines(fields);
        return octets(random.nextInt(10) == 0 ? "\r\n" + head : head);
    }

    /** A well-formed response head. */
    public static byte[] response(Random random) {
        List<String> fields = fields(random);
        int status =
                Fuzz.pick(random, 100, 103, 200, 204, 304, 599, 100 + random.nextInt(500));
        if (status >= 200 && status != 204 && random.nextInt(3) == 0) {
            fields.add("Transfer-Encoding: chunked");
        } else if (random.nextInt(3) == 0) {
            fields.add("Content-Length: " + random.nextInt(1000));
        }
        Collections.shuffle(fields, random);
        return octets("HTTP/1.1 " + status + " " + Fuzz.text(random, 20, VALUES) + "\r\n"
                + lines(fields));
    }

    private static String lines(List<String> fields) {
        return String.join("\r\n", fields) + (fields.isEmpty() ? "\r\n" : "\r\n\r\n");
    }

    /** A spelling of a lower-case name: any case, and any sign for each hyphen. */
    public static String spelling(Random random, String name) {
        StringBuilder text = new StringBuilder();
        for (char c : name.toCharArray()) {
            char upper = Character.toUpperCase(c);
            char other = c == '-'
                    ? Fuzz.pick(random, '-', '_', '.', '!', '~', '+', '\'')
                    : Fuzz.pick(random, c, upper);
            text.append(other);
        }
        return text.toString();
    }

    /** One to four changes of octets or lines. */
    public static byte[] mutate(Random random, byte[] original) {
        byte[] octets = original;
        for (int i = random.nextInt(4); i >= 0 && octets.length > 0; i--) {
            octets = random.nextInt(5) == 0
                    ? mutateLine(random, octets) : mutateOctets(random, octets);
        }
        return octets;
    }

    private static byte[] mutateOctets(Random random, byte[] in) {
        int at = random.nextInt(in.length);
        byte other = Fuzz.pick(random, INTERESTING[random.nextInt(INTERESTING.length)],
                in[random.nextInt(in.length)], (byte) random.nextInt(256));
        int to = Math.min(in.length, at + 1 + random.nextInt(8));
        return switch (random.nextInt(5)) {
            case 0 -> splice(in, at, at + 1, (byte) (in[at] ^ 1 << random.nextInt(8)));
            case 1 -> splice(in, at, at + 1, other);
            case 2 -> splice(in, at, random.nextBoolean() ? at + 1 : to);
            case 3 -> splice(in, at, at, other);
            default -> splice(in, at, at, Arrays.copyOfRange(in, at, to));
        };
    }

    private static byte[] mutateLine(Random random, byte[] in) {
        String[] lines = new String(in, StandardCharsets.ISO_8859_1).split("(?<=\n)");
        List<String> all = new ArrayList<>(List.of(lines));
        int at = random.nextInt(all.size());
        switch (random.nextInt(4)) {
            case 0 -> all.add(at, all.get(at));
            case 1 -> all.remove(at);
            case 2 -> Collections.swap(all, at, random.nextInt(all.size()));
            default -> all.add(at, Fuzz.pick(random, "\r\n", "Host: a\r\n", " folded\r\n",
                    "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "X : y\r\n",
                    "Content-Length: +5\r\n", "Transfer-Encoding: chunked, identity\r\n"));
        }
        return octets(String.join("", all));
    }

    private static byte[] splice(byte[] in, int from, int to, byte... instead) {
        byte[] out = new byte[in.length - (to - from) + instead.length];
        System.arraycopy(in, 0, out, 0, from);
        System.arraycopy(instead, 0, out, from, instead.length);
        System.arraycopy(in, to, out, from + instead.length, in.length - to);
        return out;
    }
}
