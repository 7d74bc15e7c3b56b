package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFormatTest {
    private static final TokenFormat FORMAT = new TokenFormat(TokenFormat.DEFAULT_MARK);
    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final SeededRandom random = SeededRandom.create();
    private final TokenMint mint = new TokenMint(FORMAT, random);

    @ParameterizedTest
    @EnumSource(CredentialKind.class)
    void anyMintedCredential_parsesIntoItsParts(CredentialKind kind) {
        for (int i = 0; i < 2_000; i++) {
            MintedToken minted = mint.mint(kind);
            PresentedCredential parsed = parse(minted.plain().reveal());
            assertThat(parsed).as(random.toString()).isNotNull();
            assertThat(parsed.kind()).isEqualTo(kind);
            assertThat(parsed.prefix()).isEqualTo(minted.prefix());
        }
    }

    @Test
    void text_hasTheShapeThatTheDocumentsPrint() {
        for (CredentialKind kind : CredentialKind.values()) {
            String text = mint.mint(kind).plain().reveal();
            assertThat(text)
                    .hasSize(4 + 12 + 1 + 43 + 6)
                    .hasSize(FORMAT.length())
                    .startsWith("pc" + kind.letter() + "_")
                    .matches(FORMAT.pattern());
        }
    }

    @Test
    void scannerPattern_findsACredentialInsideOtherText() {
        String text = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        var found = Pattern.compile(FORMAT.pattern()).matcher("export TOKEN=\"" + text + "\"; run");
        assertThat(found.find()).isTrue();
        assertThat(found.group()).isEqualTo(text);
    }

    @Test
    void anyOtherByteAtAnyPlace_isRefused() {
        byte[] token = bytes(mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal());
        for (int at = 0; at < token.length; at++) {
            byte right = token[at];
            for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
                if (value == right) {
                    continue;
                }
                token[at] = (byte) value;
                assertThat(FORMAT.parse(token, 0, token.length))
                        .as("octet %d is %d; %s", at, value, random)
                        .isNull();
            }
            token[at] = right;
        }
        assertThat(FORMAT.parse(token, 0, token.length)).isNotNull();
    }

    @Test
    void anyTwoNeighboursSwapped_areRefused() {
        for (int round = 0; round < 200; round++) {
            byte[] token = bytes(mint.mint(CredentialKind.API_KEY).plain().reveal());
            int at = random.nextInt(token.length - 1);
            if (token[at] == token[at + 1]) {
                continue;
            }
            byte first = token[at];
            token[at] = token[at + 1];
            token[at + 1] = first;
            assertThat(FORMAT.parse(token, 0, token.length))
                    .as("swapped at %d; %s", at, random)
                    .isNull();
        }
    }

    @Test
    void letterOfTheOtherCase_isRefusedEverywhere() {
        String text = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        assertThat(parse(text.toLowerCase(Locale.ROOT))).isNull();
        assertThat(parse(text.toUpperCase(Locale.ROOT))).isNull();
        byte[] token = bytes(text);
        for (int at = 0; at < token.length; at++) {
            if (Character.isLetter(token[at])) {
                token[at] ^= 0x20;
                assertThat(FORMAT.parse(token, 0, token.length))
                        .as("case at %d; %s", at, random)
                        .isNull();
                token[at] ^= 0x20;
            }
        }
    }

    @Test
    void truncatedOrExtended_isRefused() {
        String text = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        for (int length = 0; length < text.length(); length++) {
            assertThat(parse(text.substring(0, length))).isNull();
            assertThat(parse(text.substring(text.length() - length))).isNull();
        }
        for (char c : (ALPHABET + "_ \0\r\n\t=,;\"").toCharArray()) {
            assertThat(parse(text + c)).isNull();
            assertThat(parse(c + text)).isNull();
        }
        assertThat(parse(text + text)).isNull();
    }

    @Test
    void checksumOfAnotherCredential_isRefused() {
        String one = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        String other = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        assertThat(parse(one.substring(0, one.length() - 6) + other.substring(one.length() - 6)))
                .isNull();
    }

    @Test
    void kindChangedWithoutTheChecksum_isRefused() {
        String text = mint.mint(CredentialKind.API_KEY).plain().reveal();
        assertThat(parse(text.replaceFirst("^pck_", "pct_"))).isNull();
        assertThat(parse(text.replaceFirst("^pck_", "pcx_"))).isNull();
    }

    @Test
    void randomBytes_neverThrowAndAreNeverAccepted() {
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[random.nextInt(FORMAT.length() * 2)];
            random.nextBytes(text);
            assertThat(FORMAT.parse(text, 0, text.length)).as(random.toString()).isNull();
        }
    }

    @Test
    void wellFormedButForTheChecksum_isRefused() {
        byte[] token = bytes(mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal());
        for (int i = 0; i < 20_000; i++) {
            byte[] madeUp = token.clone();
            for (int at = 17; at < madeUp.length - 6; at++) {
                madeUp[at] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            }
            assertThat(FORMAT.parse(madeUp, 0, madeUp.length)).as(random.toString()).isNull();
        }
    }

    @Test
    void credentialInsideALargerBuffer_isFoundAtItsPlaceOnly() {
        String text = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        byte[] head = bytes("Bearer " + text + "\r\nHost: a\r\n");
        int from = "Bearer ".length();
        int to = from + text.length();
        assertThat(FORMAT.parse(head, from, to).prefix()).hasToString(text.substring(4, 16));
        for (int from2 = 0; from2 < head.length; from2++) {
            int to2 = from2 + text.length();
            if (from2 != from && to2 <= head.length) {
                assertThat(FORMAT.parse(head, from2, to2)).isNull();
            }
        }
    }

    @Test
    void knownAnswer_neverChanges() {
        byte[] prefix = bytes("0123456789AB");
        byte[] secret = new byte[TokenFormat.SECRET_LENGTH];
        Arrays.fill(secret, (byte) 'z');
        String text = new String(
                FORMAT.write(CredentialKind.ACCESS_TOKEN, prefix, secret),
                StandardCharsets.US_ASCII);
        assertThat(text).isEqualTo("pct_0123456789AB_" + "z".repeat(43) + "1rnXR3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "pc", "acme", "a234567890123456"})
    void otherMark_makesAFormatOfItsOwn(String mark) {
        TokenFormat other = new TokenFormat(mark);
        String text = new TokenMint(other, random)
                .mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        assertThat(text).startsWith(mark + "t_").matches(other.pattern());
        assertThat(other.parse(bytes(text), 0, text.length())).isNotNull();
        assertThat(FORMAT.parse(bytes(text), 0, text.length()) != null)
                .isEqualTo(mark.equals(TokenFormat.DEFAULT_MARK));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "P", "9a", "a_b", "a-b", "a b", "\u00e4", "a2345678901234567", "pc\n"
    })
    void badMark_isRefused(String mark) {
        assertThatThrownBy(() -> new TokenFormat(mark))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mark");
    }

    private static PresentedCredential parse(String text) {
        byte[] bytes = bytes(text);
        return FORMAT.parse(bytes, 0, bytes.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
