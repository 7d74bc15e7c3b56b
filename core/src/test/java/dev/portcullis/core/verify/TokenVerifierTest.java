package dev.portcullis.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.token.TokenPrefix;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenVerifierTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final TokenFormat FORMAT = new TokenFormat(TokenFormat.DEFAULT_MARK);

    private final SeededRandom random = SeededRandom.create();
    private final TokenMint mint = new TokenMint(FORMAT, random);
    private final TokenVerifier verifier = new TokenVerifier(Peppers.NONE);
    private final MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
    private final CredentialRecord live = record(minted, CredentialState.LIVE, NOW + 1);

    @ParameterizedTest
    @EnumSource(value = CredentialKind.class, names = {"ACCESS_TOKEN", "API_KEY"})
    void rightSecretOfALiveCredential_isVerified(CredentialKind kind) {
        MintedToken token = mint.mint(kind);
        CredentialRecord record = record(token, CredentialState.LIVE, CredentialRecord.NEVER);
        Verification result = verifier.verify(presented(token), record, NOW);
        assertThat(result).isInstanceOfSatisfying(
                VerifiedCredential.class,
                verified -> assertThat(verified.credential()).isSameAs(record));
    }

    @Test
    void anyWrongSecret_isInvalid() {
        for (int i = 0; i < 1_000; i++) {
            MintedToken stranger = mint.mint(CredentialKind.ACCESS_TOKEN);
            CredentialRecord record = new CredentialRecord(
                    stranger.prefix(), stranger.kind(), minted.hash(), "usr", CredentialState.LIVE,
                    CredentialRecord.NEVER);
            assertThat(verifier.verify(presented(stranger), record, NOW))
                    .as(random.toString())
                    .isEqualTo(Rejection.INVALID);
        }
    }

    @Test
    void noRecord_isInvalid() {
        assertThat(verifier.verify(presented(minted), null, NOW)).isEqualTo(Rejection.INVALID);
    }

    @Test
    void recordOfAnotherKind_isInvalidThoughTheHashMatches() {
        for (CredentialKind kind : CredentialKind.values()) {
            CredentialRecord record = new CredentialRecord(
                    minted.prefix(), kind, minted.hash(), "usr", CredentialState.LIVE,
                    CredentialRecord.NEVER);
            assertThat(verifier.verify(presented(minted), record, NOW) == Rejection.INVALID)
                    .isEqualTo(kind != CredentialKind.ACCESS_TOKEN);
        }
    }

    @Test
    void recordOfAnotherPrefix_isInvalidThoughTheHashMatches() {
        CredentialRecord record = new CredentialRecord(
                TokenPrefix.of("000000000000"), minted.kind(), minted.hash(), "usr",
                CredentialState.LIVE, CredentialRecord.NEVER);
        assertThat(verifier.verify(presented(minted), record, NOW)).isEqualTo(Rejection.INVALID);
    }

    @Test
    void recordWithTheHashOfTheDummy_letsNobodyIn() {
        CredentialRecord record = new CredentialRecord(
                minted.prefix(), minted.kind(), TokenHash.ofSha256(new byte[TokenHash.LENGTH]),
                "usr", CredentialState.LIVE, CredentialRecord.NEVER);
        assertThat(verifier.verify(presented(minted), record, NOW)).isEqualTo(Rejection.INVALID);
    }

    @Test
    void expiry_isExactToTheMillisecond() {
        CredentialRecord record = record(minted, CredentialState.LIVE, NOW);
        assertThat(verifier.verify(presented(minted), record, NOW - 1))
                .isInstanceOf(VerifiedCredential.class);
        assertThat(verifier.verify(presented(minted), record, NOW)).isEqualTo(Rejection.EXPIRED);
        assertThat(verifier.verify(presented(minted), record, NOW + 1))
                .isEqualTo(Rejection.EXPIRED);
    }

    @Test
    void neverExpiring_isLiveAtAnyInstantBeforeTheEndOfTime() {
        CredentialRecord record = record(minted, CredentialState.LIVE, CredentialRecord.NEVER);
        assertThat(verifier.verify(presented(minted), record, Long.MAX_VALUE - 1))
                .isInstanceOf(VerifiedCredential.class);
        assertThat(verifier.verify(presented(minted), record, Long.MIN_VALUE))
                .isInstanceOf(VerifiedCredential.class);
    }

    @Test
    void expiryBeforeTheEpoch_isExpired() {
        for (long expiry : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThat(verifier.verify(
                            presented(minted), record(minted, CredentialState.LIVE, expiry), NOW))
                    .isEqualTo(Rejection.EXPIRED);
        }
    }

    @Test
    void revoked_isToldWithTheRightSecret() {
        assertThat(verifier.verify(
                        presented(minted), record(minted, CredentialState.REVOKED, NOW + 1), NOW))
                .isEqualTo(Rejection.REVOKED);
    }

    @Test
    void replacement_isExactToTheMillisecond() {
        CredentialRecord record = replaced(CredentialState.LIVE, CredentialRecord.NEVER, NOW);
        assertThat(verifier.verify(presented(minted), record, NOW - 1))
                .isInstanceOf(VerifiedCredential.class);
        assertThat(verifier.verify(presented(minted), record, NOW)).isEqualTo(Rejection.REPLACED);
        assertThat(verifier.verify(presented(minted), record, NOW + 1))
                .isEqualTo(Rejection.REPLACED);
    }

    @Test
    void revokedReplacedAndExpired_isToldInThatOrder() {
        assertThat(verifier.verify(
                        presented(minted), replaced(CredentialState.REVOKED, NOW, NOW), NOW))
                .isEqualTo(Rejection.REVOKED);
        assertThat(verifier.verify(
                        presented(minted), replaced(CredentialState.LIVE, NOW, NOW), NOW))
                .isEqualTo(Rejection.REPLACED);
        assertThat(verifier.verify(
                        presented(minted), replaced(CredentialState.LIVE, NOW, NOW + 1), NOW))
                .isEqualTo(Rejection.EXPIRED);
    }

    @Test
    void recordWithoutRestrictions_cannotBeMadeByLeavingThemOut() {
        assertThatThrownBy(() -> new CredentialRecord(
                        minted.prefix(), minted.kind(), minted.hash(), "usr",
                        CredentialState.LIVE, NOW, NOW, null, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("restrictions");
        assertThat(live.restrictions()).isEqualTo(Restrictions.NONE);
        assertThat(live.replacedAtMillis()).isEqualTo(CredentialRecord.NEVER);
        assertThat(live.parent()).isNull();
    }

    @Test
    void revokedAndExpired_isRevoked() {
        assertThat(verifier.verify(
                        presented(minted), record(minted, CredentialState.REVOKED, NOW - 1), NOW))
                .isEqualTo(Rejection.REVOKED);
    }

    @ParameterizedTest
    @EnumSource(CredentialState.class)
    void reason_isNotToldToAStranger(CredentialState state) {
        MintedToken guess = mint.mint(CredentialKind.ACCESS_TOKEN);
        for (long expiry : new long[] {NOW - 1, NOW + 1, CredentialRecord.NEVER}) {
            CredentialRecord record = new CredentialRecord(
                    guess.prefix(), guess.kind(), minted.hash(), "usr", state, expiry);
            assertThat(verifier.verify(presented(guess), record, NOW)).isEqualTo(Rejection.INVALID);
        }
    }

    /** The verifier owns a digest: what one verification leaves in it must not touch the next. */
    @Test
    void verdictsInAnyOrder_doNotInfluenceEachOther() {
        MintedToken other = mint.mint(CredentialKind.ACCESS_TOKEN);
        CredentialRecord otherLive = record(other, CredentialState.LIVE, CredentialRecord.NEVER);
        for (int i = 0; i < 2_000; i++) {
            switch (random.nextInt(4)) {
                case 0 -> assertThat(verifier.verify(presented(minted), live, NOW))
                        .isInstanceOf(VerifiedCredential.class);
                case 1 -> assertThat(verifier.verify(presented(other), otherLive, NOW))
                        .isInstanceOf(VerifiedCredential.class);
                case 2 -> assertThat(verifier.verify(presented(minted), otherLive, NOW))
                        .isEqualTo(Rejection.INVALID);
                default -> assertThat(verifier.verify(presented(other), null, NOW))
                        .isEqualTo(Rejection.INVALID);
            }
        }
    }

    @Test
    void textForms_showThePrefixAndNeitherSecretNorHash() {
        Verification verified = verifier.verify(presented(minted), live, NOW);
        String shown = live + "|" + verified;
        String secret = minted.plain().reveal().substring(17);
        assertThat(shown)
                .contains(minted.prefix().toString())
                .doesNotContain(secret.substring(0, 8))
                .doesNotContain(HexFormat.of().formatHex(minted.hash().octets()).substring(0, 8))
                .doesNotContain(minted.hash().octets()[0] + ", " + minted.hash().octets()[1]);
    }

    private static CredentialRecord record(MintedToken token, CredentialState state, long expiry) {
        return new CredentialRecord(
                token.prefix(), token.kind(), token.hash(), "usr", state, expiry);
    }

    private CredentialRecord replaced(CredentialState state, long expiresAt, long replacedAt) {
        return new CredentialRecord(
                minted.prefix(), minted.kind(), minted.hash(), "usr", state, expiresAt,
                replacedAt, Restrictions.NONE, null);
    }

    private static PresentedCredential presented(MintedToken token) {
        byte[] text = token.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        return FORMAT.parse(text, 0, text.length);
    }
}
