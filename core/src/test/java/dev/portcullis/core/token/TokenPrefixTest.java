package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenPrefixTest {
    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final SeededRandom random = SeededRandom.create();

    @Test
    void anyPrefix_unpacksToTheCharactersItWasPackedFrom() {
        for (int i = 0; i < 10_000; i++) {
            String text = randomText();
            TokenPrefix prefix = TokenPrefix.of(text);
            assertThat(prefix).as(random.toString()).hasToString(text);
            for (int at = 0; at < TokenPrefix.LENGTH; at++) {
                assertThat((char) prefix.characterAt(at)).isEqualTo(text.charAt(at));
            }
            assertThat(TokenPrefix.packed(text.getBytes(StandardCharsets.US_ASCII), 0))
                    .isEqualTo(prefix)
                    .hasSameHashCodeAs(prefix);
        }
    }

    @Test
    void oneCharacterChanged_isAnotherPrefix() {
        String text = randomText();
        TokenPrefix prefix = TokenPrefix.of(text);
        Set<TokenPrefix> all = new HashSet<>(Set.of(prefix));
        for (int at = 0; at < text.length(); at++) {
            for (char c : ALPHABET.toCharArray()) {
                if (c != text.charAt(at)) {
                    String changed = text.substring(0, at) + c + text.substring(at + 1);
                    assertThat(all.add(TokenPrefix.of(changed))).as(random.toString()).isTrue();
                }
            }
        }
        assertThat(all).hasSize(1 + 12 * 61);
    }

    @Test
    void hashCodes_spreadOverATable() {
        boolean[] taken = new boolean[1 << 16];
        int used = 0;
        for (int i = 0; i < taken.length; i++) {
            int slot = TokenPrefix.of(randomText()).hashCode() & taken.length - 1;
            used += taken[slot] ? 0 : 1;
            taken[slot] = true;
        }
        // as many balls as bins fill 63 % of them when they fall at random
        assertThat(used).as(random.toString()).isGreaterThan(taken.length * 60 / 100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"000000000000", "zzzzzzzzzzzz", "0000000000zz", "zzzzzzzzzz00"})
    void extremes_surviveUnpacking(String text) {
        assertThat(TokenPrefix.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "0", "00000000000", "0000000000000", "00000000000_", "00000000000 ",
        "0000000000\u00e40",
        "00000000000\u0130", "-00000000000", "000000\u0000000000"
    })
    void anythingElse_isRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> TokenPrefix.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a credential prefix is 12 of 0-9, A-Z, a-z");
    }

    @Test
    void equals_toAnotherTypeOrNull_isFalse() {
        TokenPrefix prefix = TokenPrefix.of("000000000000");
        assertThat(prefix.equals(null)).isFalse();
        assertThat((Object) prefix).isNotEqualTo("000000000000");
    }

    private String randomText() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < TokenPrefix.LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
