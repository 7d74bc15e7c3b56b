package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PepperTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef"
            .getBytes(StandardCharsets.US_ASCII);

    /** RFC 4231, test case 1; zeros after a short key do not change the result (RFC 2104). */
    @Test
    void mac_isHmacSha256() {
        byte[] key = new byte[Pepper.KEY_OCTETS_MAX];
        Arrays.fill(key, 0, 20, (byte) 0x0b);
        Mac mac = Pepper.of("rfc-4231", key).newMac();
        byte[] result = mac.doFinal("Hi There".getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(result)).isEqualTo(
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    @Test
    void key_isCopied() {
        byte[] key = KEY.clone();
        Pepper pepper = Pepper.of("p", key);
        byte[] before = pepper.newMac().doFinal();
        key[0] ^= 1;
        assertThat(pepper.newMac().doFinal()).isEqualTo(before);
        assertThat(Pepper.of("p", key).newMac().doFinal()).isNotEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 65, 128})
    void keyOfAnotherLength_isRefused(int octets) {
        assertThatThrownBy(() -> Pepper.of("p", new byte[octets]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the key of a pepper is 32 to 64 octets, not " + octets);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 64})
    void keyOfAnAllowedLength_isTaken(int octets) {
        assertThat(Pepper.of("p", new byte[octets]).newMac().getMacLength()).isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "-", "2026-10", "abcdefghijklmnopqrstuvwxyz012345"})
    void idOfTheAlphabet_isTaken(String id) {
        assertThat(Pepper.of(id, KEY).id()).isEqualTo(id);
        assertThat(TokenHash.ofHmacSha256(id, new byte[32]).pepperId()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "A", "a_b", "a.b", "a b", "a\n", "\u00e4", "\u0661",
        "abcdefghijklmnopqrstuvwxyz0123456"
    })
    void anyOtherId_isRefusedWithoutRepeatingIt(String id) {
        String message = "the id of a pepper is 1 to 32 of a-z, 0-9 and '-'";
        assertThatThrownBy(() -> Pepper.of(id, KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> TokenHash.ofHmacSha256(id, new byte[32]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void textForms_showTheIdAndNotTheKey() {
        Pepper pepper = Pepper.of("autumn", KEY);
        assertThat(pepper).hasToString("Pepper(autumn, key hidden)");
        assertThat(Peppers.of(pepper, List.of())).hasToString("Peppers[autumn]");
    }

    @Test
    void none_holdsNothing() {
        assertThat(Peppers.NONE.current()).isNull();
        assertThat(Peppers.NONE.ids()).isEmpty();
        assertThat(Peppers.NONE.find("p")).isNull();
    }

    @Test
    void peppers_areFoundByTheirIds() {
        Pepper first = Pepper.of("first", KEY);
        Pepper second = Pepper.of("second", KEY);
        for (Peppers peppers : List.of(
                Peppers.of(second, List.of(first, second)),
                Peppers.of(second, List.of(first)),
                Peppers.of(second, List.of(second, first)))) {
            assertThat(peppers.current()).isSameAs(second);
            assertThat(peppers.ids()).containsExactly("second", "first");
            assertThat(peppers.find("first")).isSameAs(first);
            assertThat(peppers.find("second")).isSameAs(second);
            assertThat(peppers.find("third")).isNull();
            assertThatThrownBy(() -> peppers.ids().remove("first"))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(Peppers.of(null, List.of(first)).current()).isNull();
        assertThat(Peppers.of(null, List.of(first)).find("first")).isSameAs(first);
    }

    @Test
    void twoOfOneId_areRefused() {
        Pepper one = Pepper.of("p", KEY);
        Pepper other = Pepper.of("p", KEY);
        for (List<Pepper> all : List.of(List.of(one, other), List.of(one, one))) {
            assertThatThrownBy(() -> Peppers.of(null, all))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("two peppers have the id 'p'");
        }
        assertThatThrownBy(() -> Peppers.of(one, List.of(other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two peppers have the id 'p'");
    }

    @Test
    void howManyThereAre_isBounded() {
        assertThat(Peppers.of(null, many(16)).ids()).hasSize(Peppers.COUNT_MAX);
        assertThatThrownBy(() -> Peppers.of(null, many(17)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("at most 16 peppers, not 17");
    }

    private static List<Pepper> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> Pepper.of("p" + i, KEY)).toList();
    }
}
