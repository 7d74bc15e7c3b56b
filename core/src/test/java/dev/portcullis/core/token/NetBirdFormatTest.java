package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetBirdFormatTest {
    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final SeededRandom random = SeededRandom.create();
    private final NetBirdFormat format = new NetBirdFormat();

    /** Made without this code: the token, the prefix derived from it, SHA-256 of the whole. */
    @ParameterizedTest
    @CsvSource({
        "nbp_abcdefghijklmnopqrstuvwxyz01232LolCm, 6VoSCvxlApXJ,"
                + "f3db8348a6aac5f65030995b42b03627addade97e9f13940cc56e86c3ca0c196",
        "nbp_0000000000000000000000000000002C8GjS, RNgDh3YAlzu0,"
                + "103c03b8fe1c2b2305bc6ee65431a7b7385935a141c1e9d97a240cbe2433d5a9",
        "nbp_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz4IlJEz, S8i2Sg8kLWC7,"
                + "230fc7c1e0e32e585c00c04ccf7d76eb9ea3a1e1e45edbdcde4b2db10b37cd5f",
        // checksums with zeros in front
        "nbp_LeadingZeros00000000000000000306j2z8, N0AYZnrELf0J,"
                + "5addb2692be77f37ca9ab5d0d7a86a1dd3e58ac168e87feb757d089635659efa",
        "nbp_LeadingZeros00000000000000030700sx9a, pAhzavkotk4y,"
                + "1686ac3eeb4cefdb158b870ab8abe0e8aba5518ac4d4d23dc538c0494de09581",
    })
    void knownToken_isReadAndHasItsPrefix(String token, String prefix, String hash) {
        PresentedCredential presented = parse(token);
        assertThat(presented).isNotNull();
        assertThat(presented.kind()).isEqualTo(CredentialKind.ACCESS_TOKEN);
        assertThat(presented.prefix()).hasToString(prefix);
        assertThat(HexFormat.of().formatHex(digested(presented))).isEqualTo(hash);
        assertThat(NetBirdFormat.prefixOf(HexFormat.of().parseHex(hash))).hasToString(prefix);
    }

    @Test
    void anyToken_isFoundUnderThePrefixOfItsHash() {
        Set<TokenPrefix> seen = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            String token = randomToken();
            PresentedCredential presented = parse(token);
            assertThat(presented).as("%s; %s", token, random).isNotNull();
            assertThat(digested(presented)).isEqualTo(sha256(bytes(token)));
            assertThat(presented.prefix()).isEqualTo(NetBirdFormat.prefixOf(sha256(bytes(token))));
            assertThat(presented.prefix().toString()).matches("[0-9A-Za-z]{12}");
            assertThat(seen.add(presented.prefix())).as(random.toString()).isTrue();
        }
    }

    /** The prefix is public and the hash is not, so the one must not be cut from the other. */
    @Test
    void prefix_tellsNothingOfTheStoredHash() {
        byte[] hash = sha256(bytes(randomToken()));
        TokenPrefix prefix = NetBirdFormat.prefixOf(hash);
        for (int bit = 0; bit < hash.length * 8; bit++) {
            hash[bit / 8] ^= (byte) (1 << bit % 8);
            String other = NetBirdFormat.prefixOf(hash).toString();
            int same = 0;
            for (int at = 0; at < TokenPrefix.LENGTH; at++) {
                same += other.charAt(at) == prefix.characterAt(at) ? 1 : 0;
            }
            assertThat(same).as("bit %d; %s", bit, random).isLessThan(6);
            hash[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void tokenInTheMiddleOfOtherText_isRead() {
        String token = randomToken();
        byte[] text = bytes("Bearer " + token + "\r\n");
        PresentedCredential presented = format.parse(text, 7, 7 + NetBirdFormat.LENGTH);
        assertThat(presented.prefix()).isEqualTo(parse(token).prefix());
        assertThat(digested(presented)).isEqualTo(sha256(bytes(token)));
        assertThat(format.parse(text, 6, 6 + NetBirdFormat.LENGTH)).isNull();
        assertThat(format.parse(text, 7, 8 + NetBirdFormat.LENGTH)).isNull();
    }

    @Test
    void anyOtherByteAtAnyPlace_isRefused() {
        byte[] token = bytes(randomToken());
        for (int at = 0; at < token.length; at++) {
            byte right = token[at];
            for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
                if (value == right) {
                    continue;
                }
                token[at] = (byte) value;
                assertThat(format.parse(token, 0, token.length))
                        .as("octet %d is %d; %s", at, value, random)
                        .isNull();
            }
            token[at] = right;
        }
        assertThat(format.parse(token, 0, token.length)).isNotNull();
    }

    /** The checksum is a number below 2^32; what says more must not come round to it. */
    @Test
    void checksumBeyond32Bits_isRefused() {
        for (int i = 0; i < 200; i++) {
            String body = randomToken().substring(4, 34);
            CRC32 crc = new CRC32();
            crc.update(bytes(body));
            for (long wrapped = crc.getValue() + (1L << 32); wrapped < 62L * 62 * 62 * 62 * 62 * 62;
                    wrapped += 1L << 32) {
                assertThat(parse("nbp_" + body + base62(wrapped))).as(random.toString()).isNull();
            }
        }
    }

    @Test
    void checksumOfTheTagToo_isRefused() {
        String body = randomToken().substring(0, 34);
        CRC32 crc = new CRC32();
        crc.update(bytes(body));
        assertThat(parse(body + base62(crc.getValue()))).as(random.toString()).isNull();
    }

    @Test
    void truncatedExtendedOrOfTheOtherCase_isRefused() {
        String token = randomToken();
        for (int length = 0; length < token.length(); length++) {
            assertThat(parse(token.substring(0, length))).isNull();
            assertThat(parse(token.substring(token.length() - length))).isNull();
        }
        for (char c : (ALPHABET + "_ \0\r\n").toCharArray()) {
            assertThat(parse(token + c)).isNull();
            assertThat(parse(c + token)).isNull();
        }
        assertThat(parse(token.toUpperCase(Locale.ROOT))).isNull();
        assertThat(parse("nbp-" + token.substring(4))).isNull();
    }

    @Test
    void anyOctets_areReadOrRefusedButNeverFail() {
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[random.nextInt(80)];
            random.nextBytes(text);
            int from = random.nextInt(text.length + 1);
            int to = from + random.nextInt(text.length - from + 1);
            assertThat(format.parse(text, from, to)).as(random.toString()).isNull();
        }
    }

    /** Neither form can be taken for the other: a mark of ours could even be {@code nb}. */
    @Test
    void ourTokens_areNotNetBirds() {
        TokenFormat ours = new TokenFormat("nb");
        TokenMint mint = new TokenMint(ours, random);
        for (CredentialKind kind : CredentialKind.values()) {
            byte[] text = bytes(mint.mint(kind).plain().reveal());
            assertThat(format.parse(text, 0, text.length)).isNull();
            PresentedCredential presented = ours.parse(text, 0, text.length);
            assertThat(presented.fits(HashAlgorithm.SHA_256)).isTrue();
            assertThat(presented.fits(HashAlgorithm.HMAC_SHA_256)).isTrue();
            assertThat(presented.fits(HashAlgorithm.SHA_256_WHOLE)).isFalse();
        }
        String token = randomToken();
        assertThat(ours.parse(bytes(token), 0, token.length())).isNull();
        PresentedCredential presented = parse(token);
        assertThat(presented.fits(HashAlgorithm.SHA_256)).isFalse();
        assertThat(presented.fits(HashAlgorithm.HMAC_SHA_256)).isFalse();
        assertThat(presented.fits(HashAlgorithm.SHA_256_WHOLE)).isTrue();
    }

    @Test
    void textForm_showsThePrefixAndNothingOfTheToken() {
        String token = randomToken();
        PresentedCredential presented = parse(token);
        assertThat(presented)
                .hasToString("ACCESS_TOKEN " + presented.prefix() + " (secret hidden)");
        assertThat(presented.toString())
                .doesNotContain(token.substring(4, 10))
                .doesNotContain(token.substring(34));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void prefixOfWhatIsNoHash_isRefused(int length) {
        assertThatThrownBy(() -> NetBirdFormat.prefixOf(new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a SHA-256 hash is 32 octets, not " + length);
    }

    @Test
    void hashGivenForItsPrefix_isNotChanged() {
        byte[] hash = sha256(bytes("anything"));
        NetBirdFormat.prefixOf(hash);
        assertThat(hash).isEqualTo(sha256(bytes("anything")));
    }

    private String randomToken() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            body.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        CRC32 crc = new CRC32();
        crc.update(bytes(body.toString()));
        return "nbp_" + body + base62(crc.getValue());
    }

    private static String base62(long number) {
        StringBuilder text = new StringBuilder();
        for (long rest = number; rest > 0; rest /= 62) {
            text.insert(0, ALPHABET.charAt((int) (rest % 62)));
        }
        return "0".repeat(6 - text.length()) + text;
    }

    private PresentedCredential parse(String text) {
        byte[] bytes = bytes(text);
        return format.parse(bytes, 0, bytes.length);
    }

    private static byte[] digested(PresentedCredential presented) {
        MessageDigest digest = Sha256.create();
        presented.digestSecret(digest);
        return digest.digest();
    }

    private static byte[] sha256(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
