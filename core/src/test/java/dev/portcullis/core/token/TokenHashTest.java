package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import java.util.List;
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

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void otherLength_isRefusedInEveryForm(int length) {
        assertThatThrownBy(() -> TokenHash.ofHmacSha256("p", new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a SHA-256 hash is 32 octets, not " + length);
        assertThatThrownBy(() -> TokenHash.ofWhole(new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a SHA-256 hash is 32 octets, not " + length);
    }

    @Test
    void formsOfTheSameOctets_areDifferentHashes() {
        byte[] octets = new byte[TokenHash.LENGTH];
        random.nextBytes(octets);
        List<TokenHash> forms = List.of(
                TokenHash.ofSha256(octets),
                TokenHash.ofWhole(octets),
                TokenHash.ofHmacSha256("p", octets),
                TokenHash.ofHmacSha256("q", octets));
        assertThat(forms).doesNotHaveDuplicates();
        assertThat(forms).extracting(TokenHash::algorithm).containsExactly(
                HashAlgorithm.SHA_256, HashAlgorithm.SHA_256_WHOLE,
                HashAlgorithm.HMAC_SHA_256, HashAlgorithm.HMAC_SHA_256);
        assertThat(forms).extracting(TokenHash::pepperId).containsExactly(null, null, "p", "q");
        assertThat(forms).allSatisfy(hash -> {
            assertThat(hash.octets()).isEqualTo(octets);
            assertThat(hash.matches(octets)).isTrue();
            assertThat(hash).hasToString("TokenHash(hidden)");
        });
        assertThat(TokenHash.ofHmacSha256("p", octets))
                .isEqualTo(TokenHash.ofHmacSha256("p", octets))
                .hasSameHashCodeAs(TokenHash.ofHmacSha256("p", octets));
    }
}
