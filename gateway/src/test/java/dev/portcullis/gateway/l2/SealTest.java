package dev.portcullis.gateway.l2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.proto.origin.v1.CacheKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed to have been sealed, and by whom. */
class SealTest {
    private static final String PREFIX = "abcdefghijk0";
    private static final CacheKey KEY = Sealing.key("k1", 1);
    private static final byte[] RECORD = {8, 10, 18, 0};

    @Test
    void sealedRecord_opensUnderItsKeyAndPrefix() {
        byte[] sealed = Sealing.sealed(KEY, PREFIX, RECORD);
        assertThat(sealed).hasSize(1 + 12 + RECORD.length + 32);
        assertThat(sealed[0]).isEqualTo((byte) 1);
        assertThat(Sealing.opened(KEY, PREFIX, sealed)).isEqualTo(RECORD);
    }

    @Test
    void emptyRecord_opens() {
        byte[] sealed = Sealing.sealed(KEY, PREFIX, new byte[0]);
        assertThat(Sealing.opened(KEY, PREFIX, sealed)).isEmpty();
    }

    @Test
    void otherKeyOfTheSameName_opensNothing() {
        byte[] sealed = Sealing.sealed(Sealing.key("k1", 2), PREFIX, RECORD);
        assertThat(Sealing.opened(KEY, PREFIX, sealed)).isNull();
    }

    @Test
    void recordOfAnotherPrefix_opensNothing() {
        byte[] sealed = Sealing.sealed(KEY, "abcdefghijk1", RECORD);
        assertThat(Sealing.opened(KEY, PREFIX, sealed)).isNull();
    }

    @Test
    void everyFlippedBit_opensNothing() {
        byte[] sealed = Sealing.sealed(KEY, PREFIX, RECORD);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Sealing.opened(KEY, PREFIX, changed)).as("bit %d", bit).isNull();
        }
    }

    @Test
    void everyTruncationAndExtension_opensNothing() {
        byte[] sealed = Sealing.sealed(KEY, PREFIX, RECORD);
        for (int length = 0; length < sealed.length + 40; length++) {
            if (length != sealed.length) {
                byte[] cut = Arrays.copyOf(sealed, length);
                assertThat(Sealing.opened(KEY, PREFIX, cut)).as("length %d", length).isNull();
            }
        }
    }

    @Test
    void anyOctets_openNothing() {
        byte[] sealed = Sealing.sealed(KEY, PREFIX, RECORD);
        Fuzz.rounds(20_000, random -> {
            byte[] octets = random.nextBoolean()
                    ? new byte[random.nextInt(200)] : sealed.clone();
            if (octets.length != sealed.length || random.nextInt(8) == 0) {
                random.nextBytes(octets);
            } else {
                octets[random.nextInt(octets.length)] += (byte) (1 + random.nextInt(255));
            }
            assertThat(Sealing.opened(KEY, PREFIX, octets)).isNull();
        });
    }

    @Test
    void recordThatIsTooLarge_isNeitherSealedNorOpened() {
        byte[] large = new byte[Seal.RECORD_OCTETS_MAX];
        byte[] sealed = Sealing.sealed(KEY, PREFIX, large);
        assertThat(Sealing.opened(KEY, PREFIX, sealed)).isEqualTo(large);
        assertThat(Sealing.sealed(KEY, PREFIX, new byte[large.length + 1])).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "ä", "123456789012345678901234567890123"})
    void keyWithAnotherName_isNone(String id) {
        assertThat(SealKey.of(Sealing.key(id, 1))).isNull();
    }

    @Test
    void keyOfAnotherLength_isNone() {
        for (int length : List.of(0, 31, 33)) {
            assertThat(SealKey.of(KEY.toBuilder()
                    .setKey(ByteString.copyFrom(new byte[length])).build())).isNull();
        }
    }

    @Test
    void keyAndPassword_showNothingOfThemselves() {
        assertThat(SealKey.of(Sealing.key("k1", 'K'))).hasToString("key k1");
        assertThat(RedisPassword.in(Path.of("p"))).hasToString("[redacted]");
    }
}
