package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenHashTest {
    private final SeededRandom random = SeededRandom.create();

    @Test
    void anyFlippedBit_doesNotMatch() {
        byte[] octets = new byte[TokenHash.LENGTH];
        random.nextBytes(octets);
        TokenHash hash = TokenHash.ofSha256(octets);
        for (int bit = 0; bit < octets.length * 8; bit++) {
            octets[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(hash.matches(octets)).as("bit %d; %s", bit, random).isFalse();
            assertThat(hash).isNotEqualTo(TokenHash.ofSha256(octets));
            octets[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(hash.matches(octets)).isTrue();
        assertThat(hash).hasSameHashCodeAs(TokenHash.ofSha256(octets));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void otherLength_isRefusedAndNeverMatches(int length) {
        assertThatThrownBy(() -> TokenHash.ofSha256(new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a SHA-256 hash is 32 octets, not " + length);
        assertThat(TokenHash.ofSha256(new byte[TokenHash.LENGTH]).matches(new byte[length]))
                .isFalse();
    }
}
