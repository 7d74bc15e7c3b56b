package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    /** The check value of CRC-32 that every catalogue prints: CRC("123456789") = cbf43926. */
    @Test
    void catalogueVector_isMatched() {
        byte[] text = "123456789------".getBytes(StandardCharsets.US_ASCII);
        Checksum.write(text, 0, 9);
        assertThat(valueAt(text, 9)).isEqualTo(0xcbf43926L);
        assertThat(new String(text, 9, 6, StandardCharsets.US_ASCII)).isEqualTo("3jZRME");
        assertThat(Checksum.matches(text, 0, 9)).isTrue();
    }

    @Test
    void anyText_hasTheChecksumTheJdkComputes() {
        SeededRandom random = SeededRandom.create();
        for (int i = 0; i < 5_000; i++) {
            int length = random.nextInt(200);
            byte[] text = new byte[length + Checksum.LENGTH];
            random.nextBytes(text);
            Checksum.write(text, 0, length);
            CRC32 reference = new CRC32();
            reference.update(text, 0, length);
            assertThat(valueAt(text, length)).as(random.toString()).isEqualTo(reference.getValue());
            assertThat(Checksum.matches(text, 0, length)).isTrue();
        }
    }

    @Test
    void allCharactersOfTheAlphabet_standForTheirValues() {
        for (int value = 0; value < 62; value++) {
            assertThat(Base62.valueOf(Base62.digit(value))).isEqualTo(value);
        }
        long inAlphabet = 0;
        for (int octet = 0; octet < 256; octet++) {
            byte[] one = {(byte) octet};
            boolean is = Base62.valueOf((byte) octet) >= 0;
            assertThat(Base62.isBase62(one, 0, 1)).isEqualTo(is);
            assertThat(is).isEqualTo(octet < 128 && Character.isLetterOrDigit(octet));
            inAlphabet += is ? 1 : 0;
        }
        assertThat(inAlphabet).isEqualTo(62);
    }

    private static long valueAt(byte[] text, int at) {
        long value = 0;
        for (byte digit : Arrays.copyOfRange(text, at, at + Checksum.LENGTH)) {
            value = value * 62 + Base62.valueOf(digit);
        }
        return value;
    }
}
