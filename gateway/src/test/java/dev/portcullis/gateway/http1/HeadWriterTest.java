package dev.portcullis.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is written can be read again, and is never more than it should be. */
class HeadWriterTest {
    private final HeadWriter writer = new HeadWriter();

    private String taken() {
        ByteBuf out = writer.take(UnpooledByteBufAllocator.DEFAULT, 0);
        String text = out.toString(StandardCharsets.ISO_8859_1);
        out.release();
        return text;
    }

    @Test
    void encodedText_isHarmlessAndDecodesToItself() {
        Fuzz.rounds(3000, random -> {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                int c = Fuzz.pick(random, random.nextInt(0x80), random.nextInt(0x800),
                        random.nextInt(0xd800), 0x10000 + random.nextInt(0x100000), (int) '%',
                        (int) ',', (int) '\r', (int) '\n', (int) '+');
                text.appendCodePoint(c);
            }
            String written = writer.putEncoded(text.toString()) == null ? "" : taken();
            assertThat(written).matches("[!-~]*").doesNotContain(",");
            String decoded =
                    URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
            assertThat(decoded).isEqualTo(text.toString());
        });
    }

    @Test
    void loneSurrogates_areWrittenAsSomethingHarmless() {
        writer.putEncoded("a\ud800b\udc00\ud800");
        assertThat(taken()).isEqualTo("a%3fb%3f%3f");
    }

    @Test
    void field_isWrittenWithPlainWhiteSpaceAndTheSameValue() {
        Fuzz.rounds(3000, random -> {
            RequestHead head = Heads.usedRequestHead();
            HeadReading.whole(head, Heads.request(random));
            for (int i = 0; i < head.fields(); i++) {
                writer.putField(head, i);
                assertThat(taken()).isEqualTo(HeadReading.name(head, i) + ": "
                        + HeadReading.value(head, i) + "\r\n");
            }
        });
    }

    @Test
    void writer_growsAndStartsAnew() {
        Fuzz.rounds(50, random -> {
            String text = "x".repeat(random.nextInt(20_000));
            writer.put(text).putDecimal(random.nextInt(10)).put(Heads.octets("abc"), 1, 2);
            assertThat(taken()).matches("x{" + text.length() + "}[0-9]b");
            assertThat(taken()).isEmpty();
        });
    }
}
