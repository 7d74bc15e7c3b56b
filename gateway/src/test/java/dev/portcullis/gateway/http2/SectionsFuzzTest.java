package dev.portcullis.gateway.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.MessageHead;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a section holds, the head made of it holds the same fields, and nothing more. */
class SectionsFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final String HOSTILE =
            "\r\n\0\t :;=,/?#%@[]\\\"aZ0-_.\u007f\u0080\u00ff(){}<>";
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAA==";

    @Test
    void requestSection_addsNothingToTheHead() {
        RequestHead head = new RequestHead(new HeadLimits(64 * 1024, 16 * 1024, 500));
        Fuzz.rounds(ROUNDS, random -> {
            FieldSection section = request(random);
            ByteBuf out = Unpooled.buffer();
            head.clear();
            if (!new RequestSections().toHead(section, random.nextBoolean(), () -> KEY, out)) {
                return;
            }
            String written = out.toString(StandardCharsets.ISO_8859_1);
            if (head.read(out) != Progress.COMPLETE) {
                return;
            }
            assertThat(out.readableBytes()).as(written).isZero();
            String path = value(section, ":path");
            if (path != null && !head.methodIs("CONNECT")) {
                assertThat(head.text(head.methodTo() + 1, head.queryTo())).isEqualTo(path);
            }
            List<String> lines = fields(head);
            lines.removeIf(line -> line.startsWith("Host=") || line.startsWith("Cookie=")
                    || line.equals("Transfer-Encoding=chunked") || line.startsWith("Upgrade=")
                    || line.startsWith("Connection=") || line.startsWith("Sec-WebSocket-Key="));
            assertThat(lines).isEqualTo(ordinary(section));
        });
    }

    @Test
    void responseSection_addsNothingToTheHead() {
        ResponseHead head = new ResponseHead(new HeadLimits(64 * 1024, 16 * 1024, 500));
        Fuzz.rounds(ROUNDS, random -> {
            FieldSection section = new FieldSection();
            section.add(":status", Fuzz.pick(random, "200", "204", "103", "404", "2 0", "1\r\n"));
            lines(random, section);
            ByteBuf out = Unpooled.buffer();
            head.clear();
            if (!ResponseSections.toHead(section, random.nextBoolean(), false, out)
                    || head.read(out) != Progress.COMPLETE) {
                return;
            }
            assertThat(out.readableBytes()).isZero();
            List<String> lines = fields(head);
            List<String> expected = all(section);
            expected.remove(0);
            lines.removeIf(line -> line.equals("transfer-encoding=chunked")
                    || line.equals("content-length=0"));
            assertThat(lines).isEqualTo(expected);
        });
    }

    @Test
    void trailerSection_addsNothingToTheTrailers() {
        Fuzz.rounds(ROUNDS, random -> {
            FieldSection section = new FieldSection();
            lines(random, section);
            Trailers trailers = TrailerSections.toTrailers(section);
            if (trailers != null) {
                assertThat(fields(trailers)).isEqualTo(all(section));
            }
        });
    }

    /** What may be read as a head of HTTP/1.1 comes back as it was, but for what is of one hop. */
    @Test
    void wellFormedRequest_comesBackAsItWas() {
        RequestSections sections = new RequestSections();
        Fuzz.rounds(ROUNDS, random -> {
            FieldSection section = Sections.of(":method=" + Fuzz.pick(random, "GET", "POST", "M-X"),
                    ":path=" + Heads.target(random), ":scheme=https", ":authority=a.example:1");
            for (int i = random.nextInt(5); i > 0; i--) {
                section.add(Sections.latin1("x-" + Fuzz.text(random, 5, "abc-_.!19")),
                        Sections.latin1(Fuzz.text(random, 9, "abc:,;=\u00e9").strip()));
            }
            ByteBuf out = Unpooled.buffer();
            assertThat(sections.toHead(section, true, () -> KEY, out)).isTrue();
            assertThat(Sections.text(sections.fromHead(out, true)))
                    .isEqualTo(Sections.text(section));
        });
    }

    private static FieldSection request(Random random) {
        FieldSection section = new FieldSection();
        String[] usual = {"GET", "https", "/a?b", "h", null};
        String[] names = {":method", ":scheme", ":path", ":authority", ":protocol"};
        for (int i = 0; i < names.length; i++) {
            String value = random.nextInt(4) > 0 ? usual[i] : Fuzz.pick(random, "/", "CONNECT",
                    "websocket", "h", usual[i] + Fuzz.text(random, 3, HOSTILE),
                    Fuzz.text(random, 4, HOSTILE));
            if (value != null && random.nextInt(20) > 0) {
                section.add(Sections.latin1(names[i]), Sections.latin1(value));
            }
        }
        lines(random, section);
        return section;
    }

    private static void lines(Random random, FieldSection section) {
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = Fuzz.pick(random, "host", "cookie", "te", "content-length", "x-a", "x_b",
                    "upgrade", "x" + Fuzz.text(random, 3, "abc" + HOSTILE), "expect", ":path");
            String value = Fuzz.pick(random, "h", "trailers", "1", "a b",
                    "v" + Fuzz.text(random, 4, "abc" + HOSTILE) + "v");
            section.add(Sections.latin1(name), Sections.latin1(value));
        }
    }

    private static String value(FieldSection section, String name) {
        for (int i = 0; i < section.size(); i++) {
            if (section.name(i).contentEquals(name)) {
                return section.value(i).toString();
            }
        }
        return null;
    }

    private static List<String> fields(MessageHead head) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < head.fields(); i++) {
            lines.add(head.text(head.nameFrom(i), head.nameTo(i)) + "="
                    + head.text(head.valueFrom(i), head.valueTo(i)));
        }
        return lines;
    }

    private static List<String> all(FieldSection section) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < section.size(); i++) {
            lines.add(section.name(i) + "=" + section.value(i));
        }
        return lines;
    }

    private static List<String> ordinary(FieldSection section) {
        List<String> lines = all(section);
        lines.removeIf(line -> line.startsWith(":") || line.startsWith("host=")
                || line.startsWith("cookie="));
        return lines;
    }
}
