package dev.portcullis.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.SeededRandom;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class TokenMintTest {
    private static final TokenFormat FORMAT = new TokenFormat(TokenFormat.DEFAULT_MARK);

    private final SeededRandom random = SeededRandom.create();

    @Test
    void anyTwo_differInPrefixSecretAndHash() {
        TokenMint mint = new TokenMint(FORMAT, random);
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
            assertThat(seen.add(minted.prefix())).as(random.toString()).isTrue();
            assertThat(seen.add(minted.hash())).as(random.toString()).isTrue();
            assertThat(seen.add(secret(minted))).as(random.toString()).isTrue();
        }
    }

    @Test
    void hash_isSha256OfTheSecretsCharacters() throws Exception {
        MintedToken minted = new TokenMint(FORMAT, random).mint(CredentialKind.ACCESS_TOKEN);
        byte[] expected = MessageDigest.getInstance("SHA-256")
                .digest(secret(minted).getBytes(StandardCharsets.US_ASCII));
        assertThat(minted.hash().octets()).isEqualTo(expected);
        assertThat(minted.hash().matches(expected)).isTrue();
    }

    @Test
    void hashWithAPepper_isHmacSha256OfTheSecretsCharacters() throws Exception {
        byte[] key = new byte[Pepper.KEY_OCTETS_MIN];
        random.nextBytes(key);
        Pepper current = Pepper.of("current", key);
        Pepper older = Pepper.of("older", new byte[Pepper.KEY_OCTETS_MIN]);
        MintedToken minted = new TokenMint(FORMAT, random, Peppers.of(current, List.of(older)))
                .mint(CredentialKind.ACCESS_TOKEN);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        byte[] expected = mac.doFinal(secret(minted).getBytes(StandardCharsets.US_ASCII));
        assertThat(minted.hash())
                .as(random.toString())
                .isEqualTo(TokenHash.ofHmacSha256("current", expected));
    }

    @Test
    void peppersWithoutACurrentOne_hashPlainly() {
        Pepper older = Pepper.of("older", new byte[Pepper.KEY_OCTETS_MIN]);
        MintedToken minted = new TokenMint(FORMAT, random, Peppers.of(null, List.of(older)))
                .mint(CredentialKind.ACCESS_TOKEN);
        assertThat(minted.hash().algorithm()).isEqualTo(HashAlgorithm.SHA_256);
    }

    @Test
    void leastSecret_hasAll43Digits() {
        assertThat(secret(new TokenMint(FORMAT, constant((byte) 0))
                .mint(CredentialKind.ACCESS_TOKEN))).isEqualTo("0".repeat(43));
    }

    @Test
    void greatestSecret_has43DigitsAndLosesNoBit() {
        String secret = secret(new TokenMint(FORMAT, constant((byte) 0xff))
                .mint(CredentialKind.ACCESS_TOKEN));
        assertThat(secret).hasSize(43);
        assertThat(valueOf(secret)).isEqualTo(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
    }

    @Test
    void anySecret_carriesExactlyTheBitsTheGeneratorGave() {
        byte[][] given = new byte[1][];
        RandomGenerator recording = new RandomGenerator() {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public void nextBytes(byte[] bytes) {
                random.nextBytes(bytes);
                given[0] = bytes.clone();
            }
        };
        for (int i = 0; i < 500; i++) {
            MintedToken minted = new TokenMint(FORMAT, recording).mint(CredentialKind.API_KEY);
            assertThat(given[0]).hasSize(32);
            assertThat(valueOf(secret(minted)))
                    .as(random.toString())
                    .isEqualTo(new BigInteger(1, given[0]));
        }
    }

    @Test
    void textForms_hideSecretAndHash() {
        MintedToken minted = new TokenMint(FORMAT, random).mint(CredentialKind.ACCESS_TOKEN);
        String text = minted.plain().reveal();
        PresentedCredential presented =
                FORMAT.parse(text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
        String shown = minted + "|" + minted.plain() + "|" + minted.hash() + "|" + presented;
        String hash = HexFormat.of().formatHex(minted.hash().octets());
        assertThat(shown).contains(minted.prefix().toString()).contains("hidden");
        assertThat(shown.toLowerCase(Locale.ROOT))
                .doesNotContain(secret(minted).substring(0, 8).toLowerCase(Locale.ROOT))
                .doesNotContain(text.substring(60).toLowerCase(Locale.ROOT))
                .doesNotContain(hash.substring(0, 8))
                .doesNotContain(Arrays.toString(minted.hash().octets()).substring(0, 20));
    }

    @Test
    void storedOctets_cannotBeChangedFromOutside() {
        byte[] octets = new byte[TokenHash.LENGTH];
        TokenHash hash = TokenHash.ofSha256(octets);
        octets[0] = 1;
        hash.octets()[1] = 1;
        assertThat(hash).isEqualTo(TokenHash.ofSha256(new byte[TokenHash.LENGTH]));
    }

    private static String secret(MintedToken minted) {
        return minted.plain().reveal().substring(17, 17 + 43);
    }

    private static BigInteger valueOf(String secret) {
        BigInteger value = BigInteger.ZERO;
        for (byte digit : secret.getBytes(StandardCharsets.US_ASCII)) {
            value = value.multiply(BigInteger.valueOf(62))
                    .add(BigInteger.valueOf(Base62.valueOf(digit)));
        }
        return value;
    }

    private static RandomGenerator constant(byte value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, value);
            }
        };
    }
}
