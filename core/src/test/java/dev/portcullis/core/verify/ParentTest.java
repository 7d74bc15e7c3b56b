package dev.portcullis.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.SeededRandom;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.token.TokenPrefix;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A token that was exchanged from an API key lives no longer than the key. */
class ParentTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long NEVER = CredentialRecord.NEVER;
    private static final TokenFormat FORMAT = new TokenFormat(TokenFormat.DEFAULT_MARK);

    private final TokenMint mint = new TokenMint(FORMAT, SeededRandom.create());
    private final TokenVerifier verifier = new TokenVerifier(Peppers.NONE);
    private final MintedToken key = mint.mint(CredentialKind.API_KEY);
    private final MintedToken token = mint.mint(CredentialKind.EXCHANGED_TOKEN);

    @Test
    void tokenOfALiveKey_isVerified() {
        CredentialRecord record = exchanged(CredentialState.LIVE, NOW + 1, NOW + 1);
        for (CredentialRecord parent : new CredentialRecord[] {
            key(CredentialState.LIVE, NEVER, NEVER), key(CredentialState.LIVE, NOW + 1, NOW + 1)
        }) {
            assertThat(verify(record, parent)).isInstanceOfSatisfying(
                    VerifiedCredential.class,
                    verified -> assertThat(verified.credential()).isSameAs(record));
        }
    }

    @Test
    void unknownKey_makesTheTokenRevoked() {
        CredentialRecord record = exchanged(CredentialState.LIVE, NEVER, NEVER);
        assertThat(verify(record, null)).isEqualTo(Rejection.REVOKED);
        assertThat(verifier.verify(presented(), record, NOW)).isEqualTo(Rejection.REVOKED);
    }

    @Test
    void revokedOrReplacedKey_makesTheTokenRevoked() {
        CredentialRecord record = exchanged(CredentialState.LIVE, NEVER, NEVER);
        assertThat(verify(record, key(CredentialState.REVOKED, NEVER, NEVER)))
                .isEqualTo(Rejection.REVOKED);
        assertThat(verify(record, key(CredentialState.LIVE, NEVER, NOW)))
                .isEqualTo(Rejection.REVOKED);
        assertThat(verify(record, key(CredentialState.LIVE, NOW, NOW)))
                .isEqualTo(Rejection.REVOKED);
        assertThat(verify(record, key(CredentialState.REVOKED, NOW, NEVER)))
                .isEqualTo(Rejection.REVOKED);
    }

    @Test
    void expiredKey_makesTheTokenExpiredToTheMillisecond() {
        CredentialRecord record = exchanged(CredentialState.LIVE, NEVER, NEVER);
        assertThat(verify(record, key(CredentialState.LIVE, NOW, NEVER)))
                .isEqualTo(Rejection.EXPIRED);
        assertThat(verify(record, key(CredentialState.LIVE, NOW + 1, NEVER)))
                .isInstanceOf(VerifiedCredential.class);
    }

    @Test
    void keyOfAnotherUser_makesTheTokenRevoked() {
        CredentialRecord other = new CredentialRecord(key.prefix(), CredentialKind.API_KEY,
                key.hash(), "other", CredentialState.LIVE, NEVER);
        assertThat(verify(exchanged(CredentialState.LIVE, NEVER, NEVER), other))
                .isEqualTo(Rejection.REVOKED);
    }

    @ParameterizedTest
    @EnumSource(value = CredentialKind.class, mode = EnumSource.Mode.EXCLUDE, names = "API_KEY")
    void parentThatIsNoKey_makesTheTokenRevoked(CredentialKind kind) {
        CredentialRecord other = new CredentialRecord(
                key.prefix(), kind, key.hash(), "usr", CredentialState.LIVE, NEVER);
        assertThat(verify(exchanged(CredentialState.LIVE, NEVER, NEVER), other))
                .isEqualTo(Rejection.REVOKED);
    }

    @Test
    void anotherKeyThanTheOneNamed_makesTheTokenRevoked() {
        CredentialRecord other = new CredentialRecord(
                TokenPrefix.of("000000000000"), CredentialKind.API_KEY, key.hash(), "usr",
                CredentialState.LIVE, NEVER);
        assertThat(verify(exchanged(CredentialState.LIVE, NEVER, NEVER), other))
                .isEqualTo(Rejection.REVOKED);
    }

    /** It could never die with its key. */
    @Test
    void exchangedTokenThatNamesNoKey_isRevoked() {
        CredentialRecord record = new CredentialRecord(token.prefix(), token.kind(), token.hash(),
                "usr", CredentialState.LIVE, NEVER);
        assertThat(verify(record, null)).isEqualTo(Rejection.REVOKED);
        assertThat(verify(record, key(CredentialState.LIVE, NEVER, NEVER)))
                .isEqualTo(Rejection.REVOKED);
    }

    /** Whatever its kind: a parent is checked where there is one. */
    @Test
    void accessTokenWithAParent_diesWithItToo() {
        MintedToken access = mint.mint(CredentialKind.ACCESS_TOKEN);
        CredentialRecord record = new CredentialRecord(
                access.prefix(), access.kind(), access.hash(), "usr", CredentialState.LIVE, NEVER,
                NEVER, Restrictions.NONE, key.prefix());
        byte[] text = access.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        PresentedCredential presented = FORMAT.parse(text, 0, text.length);
        assertThat(verifier.verify(
                        presented, record, key(CredentialState.REVOKED, NEVER, NEVER), NOW))
                .isEqualTo(Rejection.REVOKED);
        assertThat(verifier.verify(
                        presented, record, key(CredentialState.LIVE, NEVER, NEVER), NOW))
                .isInstanceOf(VerifiedCredential.class);
    }

    @Test
    void parentOfACredentialThatNamesNone_isNotLookedAt() {
        MintedToken access = mint.mint(CredentialKind.ACCESS_TOKEN);
        CredentialRecord record = new CredentialRecord(access.prefix(), access.kind(),
                access.hash(), "usr", CredentialState.LIVE, NEVER);
        byte[] text = access.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        assertThat(verifier.verify(FORMAT.parse(text, 0, text.length), record,
                        key(CredentialState.REVOKED, NOW, NOW), NOW))
                .isInstanceOf(VerifiedCredential.class);
    }

    @Test
    void tokensOwnStanding_comesBeforeItsKeys() {
        CredentialRecord expiredKey = key(CredentialState.LIVE, NOW, NEVER);
        assertThat(verify(exchanged(CredentialState.REVOKED, NEVER, NEVER), expiredKey))
                .isEqualTo(Rejection.REVOKED);
        assertThat(verify(exchanged(CredentialState.LIVE, NEVER, NOW), expiredKey))
                .isEqualTo(Rejection.REPLACED);
        assertThat(verify(exchanged(CredentialState.LIVE, NOW, NEVER), null))
                .isEqualTo(Rejection.EXPIRED);
    }

    @Test
    void strangerToTheToken_isToldNothingOfItsKey() {
        MintedToken guess = mint.mint(CredentialKind.EXCHANGED_TOKEN);
        CredentialRecord record = new CredentialRecord(
                guess.prefix(), guess.kind(), token.hash(), "usr", CredentialState.LIVE, NEVER,
                NEVER, Restrictions.NONE, key.prefix());
        byte[] text = guess.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        for (CredentialRecord parent : new CredentialRecord[] {
            null, key(CredentialState.REVOKED, NEVER, NEVER), key(CredentialState.LIVE, NOW, NEVER)
        }) {
            assertThat(verifier.verify(
                            FORMAT.parse(text, 0, text.length), record, parent, NOW))
                    .isEqualTo(Rejection.INVALID);
        }
    }

    private Verification verify(CredentialRecord record, CredentialRecord parent) {
        Verification result = verifier.verify(presented(), record, parent, NOW);
        assertThat(TokenVerifier.rejectionOf(record, parent, NOW))
                .as("what is said without a secret at hand")
                .isEqualTo(result instanceof Rejection rejection ? rejection : null);
        return result;
    }

    private PresentedCredential presented() {
        byte[] text = token.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        return FORMAT.parse(text, 0, text.length);
    }

    private CredentialRecord exchanged(CredentialState state, long expiresAt, long replacedAt) {
        return new CredentialRecord(
                token.prefix(), token.kind(), token.hash(), "usr", state, expiresAt, replacedAt,
                Restrictions.NONE, key.prefix());
    }

    private CredentialRecord key(CredentialState state, long expiresAt, long replacedAt) {
        return new CredentialRecord(
                key.prefix(), key.kind(), key.hash(), "usr", state, expiresAt, replacedAt,
                Restrictions.NONE, null);
    }
}
