package dev.portcullis.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.SeededRandom;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.NetBirdFormat;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.token.TokenPrefix;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records hashed in one way or another, and what was presented to them. */
class HashFormsTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final TokenFormat FORMAT = new TokenFormat(TokenFormat.DEFAULT_MARK);
    private static final String IMPORTED = "nbp_abcdefghijklmnopqrstuvwxyz01232LolCm";
    private static final String OTHER_IMPORTED = "nbp_0000000000000000000000000000002C8GjS";

    private final SeededRandom random = SeededRandom.create();
    private final Pepper spring = pepper("spring");
    private final Pepper autumn = pepper("autumn");
    private final Peppers peppers = Peppers.of(autumn, List.of(spring));
    private final TokenVerifier verifier = new TokenVerifier(peppers);

    private final MintedToken plain = minted(Peppers.NONE);
    private final MintedToken older = minted(Peppers.of(spring, List.of()));
    private final MintedToken newer = minted(peppers);

    @Test
    void secretsHashedWithAnyPepperThatIsHeldOrNone_areVerified() {
        for (MintedToken token : List.of(plain, older, newer)) {
            assertVerified(verifier, presented(token), record(token.prefix(), token.hash()));
        }
        assertVerified(verifier, presented(IMPORTED), importedRecord());
    }

    /** Changing the pepper, introducing one or giving it up breaks no token. */
    @Test
    void whateverTheCurrentPepperIs_allThatAreHeldVerify() {
        for (Pepper current : new Pepper[] {null, spring, autumn}) {
            TokenVerifier other = new TokenVerifier(Peppers.of(current, others(current)));
            for (MintedToken token : List.of(plain, older, newer)) {
                assertVerified(other, presented(token), record(token.prefix(), token.hash()));
            }
        }
    }

    @Test
    void wrongSecret_isInvalidWhateverTheForm() {
        for (MintedToken right : List.of(plain, older, newer)) {
            MintedToken wrong = minted(peppers);
            assertThat(verifier.verify(
                            presented(wrong), record(wrong.prefix(), right.hash()), NOW))
                    .isEqualTo(Rejection.INVALID);
        }
        PresentedCredential wrong = presented(OTHER_IMPORTED);
        assertThat(verifier.verify(
                        wrong, record(wrong.prefix(), importedRecord().hash()), NOW))
                .isEqualTo(Rejection.INVALID);
    }

    /** The same octets under another pepper's id, or none, are another hash. */
    @Test
    void rightHashUnderAnotherName_isInvalid() {
        byte[] octets = newer.hash().octets();
        for (TokenHash hash : List.of(
                TokenHash.ofHmacSha256("spring", octets), TokenHash.ofSha256(octets))) {
            assertThat(verifier.verify(presented(newer), record(newer.prefix(), hash), NOW))
                    .isEqualTo(Rejection.INVALID);
        }
        assertThat(verifier.verify(
                        presented(plain),
                        record(plain.prefix(),
                                TokenHash.ofHmacSha256("autumn", plain.hash().octets())),
                        NOW))
                .isEqualTo(Rejection.INVALID);
    }

    @Test
    void recordOfTheOtherForm_isInvalidThoughTheHashIsRight() {
        TokenHash ofTheSecret = TokenHash.ofWhole(plain.hash().octets());
        assertThat(verifier.verify(presented(plain), record(plain.prefix(), ofTheSecret), NOW))
                .isEqualTo(Rejection.INVALID);
        PresentedCredential imported = presented(IMPORTED);
        TokenHash ofTheWhole = TokenHash.ofSha256(importedRecord().hash().octets());
        assertThat(verifier.verify(imported, record(imported.prefix(), ofTheWhole), NOW))
                .isEqualTo(Rejection.INVALID);
        assertThat(verifier.verify(
                        imported, record(imported.prefix(), newer.hash()), NOW))
                .isEqualTo(Rejection.INVALID);
    }

    @Test
    void pepperThatIsNotHeld_cannotBeVerifiedWhateverTheSecret() {
        for (TokenVerifier other : List.of(
                new TokenVerifier(Peppers.NONE),
                new TokenVerifier(Peppers.of(spring, List.of())),
                new TokenVerifier(Peppers.of(null, List.of(spring))))) {
            assertThat(other.verify(presented(newer), record(newer.prefix(), newer.hash()), NOW))
                    .isEqualTo(Rejection.UNVERIFIABLE);
            MintedToken wrong = minted(Peppers.NONE);
            assertThat(other.verify(presented(wrong), record(wrong.prefix(), newer.hash()), NOW))
                    .isEqualTo(Rejection.UNVERIFIABLE);
        }
    }

    /** Not even what would make it invalid is told: nobody has proved possession. */
    @Test
    void pepperThatIsNotHeld_comesBeforeTheStateOfTheRecord() {
        TokenVerifier other = new TokenVerifier(Peppers.NONE);
        CredentialRecord revoked = new CredentialRecord(newer.prefix(), newer.kind(), newer.hash(),
                "usr", CredentialState.REVOKED, NOW - 1);
        assertThat(other.verify(presented(newer), revoked, NOW)).isEqualTo(Rejection.UNVERIFIABLE);
    }

    /** What is wrong under every pepper is wrong. */
    @Test
    void recordOfAnotherPrefixKindOrForm_isInvalidThoughItsPepperIsNotHeld() {
        TokenVerifier other = new TokenVerifier(Peppers.NONE);
        assertThat(other.verify(
                        presented(newer), record(plain.prefix(), newer.hash()), NOW))
                .isEqualTo(Rejection.INVALID);
        assertThat(other.verify(
                        presented(newer),
                        new CredentialRecord(newer.prefix(), CredentialKind.API_KEY, newer.hash(),
                                "usr", CredentialState.LIVE, CredentialRecord.NEVER),
                        NOW))
                .isEqualTo(Rejection.INVALID);
        PresentedCredential imported = presented(IMPORTED);
        assertThat(other.verify(imported, record(imported.prefix(), newer.hash()), NOW))
                .isEqualTo(Rejection.INVALID);
    }

    @Test
    void onlyTheReasonsOfWhoHadTheSecret_proveIt() {
        for (Rejection rejection : Rejection.values()) {
            assertThat(rejection.provesPossession()).as(rejection.name()).isEqualTo(
                    List.of(Rejection.EXPIRED, Rejection.REVOKED, Rejection.REPLACED)
                            .contains(rejection));
        }
    }

    /** Zeros are what an unknown prefix is compared with. */
    @Test
    void recordWithTheHashOfTheDummy_letsNobodyIn() {
        byte[] zeros = new byte[TokenHash.LENGTH];
        for (TokenHash hash : List.of(TokenHash.ofSha256(zeros), TokenHash.ofWhole(zeros),
                TokenHash.ofHmacSha256("autumn", zeros))) {
            assertThat(verifier.verify(presented(newer), record(newer.prefix(), hash), NOW))
                    .isEqualTo(Rejection.INVALID);
        }
    }

    /** Every verification makes one hash of the secret, and where all is as usual the same one. */
    @Test
    void unknownWrongAndRight_costOneHashOfTheSameKind() {
        try (CountingHashes counting = CountingHashes.install()) {
            TokenVerifier peppered = new TokenVerifier(peppers);
            TokenVerifier unpeppered = new TokenVerifier(Peppers.NONE);
            PresentedCredential ours = presented(newer);
            PresentedCredential imported = presented(IMPORTED);
            counting.made();

            for (CredentialRecord record : new CredentialRecord[] {
                null,
                record(newer.prefix(), newer.hash()),
                record(newer.prefix(), minted(peppers).hash()),
                record(newer.prefix(), TokenHash.ofWhole(new byte[32])),
                record(newer.prefix(), TokenHash.ofHmacSha256("lost", new byte[32])),
            }) {
                counting.made();
                peppered.verify(ours, record, NOW);
                assertThat(counting.made()).containsExactly("HMAC of 43");
                unpeppered.verify(ours, record, NOW);
                assertThat(counting.made()).containsExactly("SHA-256 of 43");
            }
            // the one difference: a record that was not hashed in the usual way
            peppered.verify(ours, record(newer.prefix(), plain.hash()), NOW);
            assertThat(counting.made()).containsExactly("SHA-256 of 43");

            for (TokenVerifier any : List.of(peppered, unpeppered)) {
                for (CredentialRecord record : new CredentialRecord[] {
                    null,
                    record(imported.prefix(), importedRecord().hash()),
                    record(imported.prefix(), TokenHash.ofWhole(new byte[32])),
                    record(imported.prefix(), plain.hash()),
                    record(imported.prefix(), newer.hash()),
                }) {
                    counting.made();
                    any.verify(imported, record, NOW);
                    assertThat(counting.made()).containsExactly("SHA-256 of 40");
                }
            }
        }
    }

    /** The verifier owns a keyed hash for each pepper: nothing of one verdict is in the next. */
    @Test
    void verdictsInAnyOrder_doNotInfluenceEachOther() {
        List<MintedToken> tokens = List.of(plain, older, newer);
        for (int i = 0; i < 3_000; i++) {
            MintedToken token = tokens.get(random.nextInt(tokens.size()));
            MintedToken other = tokens.get(random.nextInt(tokens.size()));
            boolean right = token == other;
            assertThat(verifier.verify(
                                    presented(token), record(token.prefix(), other.hash()), NOW)
                            instanceof VerifiedCredential)
                    .as(random.toString())
                    .isEqualTo(right);
            if (random.nextInt(4) == 0) {
                assertVerified(verifier, presented(IMPORTED), importedRecord());
            }
        }
    }

    @Test
    void textForms_showNeitherTokenNorHashNorPepper() {
        StringBuilder shown = new StringBuilder();
        shown.append(importedRecord()).append(presented(IMPORTED)).append(verifier).append(peppers);
        for (MintedToken token : List.of(plain, older, newer)) {
            CredentialRecord record = record(token.prefix(), token.hash());
            shown.append(record).append(verifier.verify(presented(token), record, NOW));
            shown.append(presented(token));
        }
        assertThat(shown.toString())
                .doesNotContain("nbp_")
                .doesNotContain(IMPORTED.substring(4, 12));
        for (MintedToken token : List.of(plain, older, newer)) {
            assertThat(shown.toString())
                    .contains(token.prefix().toString())
                    .doesNotContain(token.plain().reveal().substring(17, 25))
                    .doesNotContain(HexFormat.of().formatHex(token.hash().octets(), 0, 4));
        }
    }

    private static void assertVerified(
            TokenVerifier verifier, PresentedCredential presented, CredentialRecord record) {
        assertThat(verifier.verify(presented, record, NOW)).isInstanceOfSatisfying(
                VerifiedCredential.class,
                verified -> assertThat(verified.credential()).isSameAs(record));
    }

    private List<Pepper> others(Pepper current) {
        return List.of(spring, autumn).stream().filter(pepper -> pepper != current).toList();
    }

    private Pepper pepper(String id) {
        byte[] key = new byte[Pepper.KEY_OCTETS_MIN];
        random.nextBytes(key);
        return Pepper.of(id, key);
    }

    private MintedToken minted(Peppers with) {
        return new TokenMint(FORMAT, random, with).mint(CredentialKind.ACCESS_TOKEN);
    }

    private static CredentialRecord record(TokenPrefix prefix, TokenHash hash) {
        return new CredentialRecord(prefix, CredentialKind.ACCESS_TOKEN, hash, "usr",
                CredentialState.LIVE, CredentialRecord.NEVER);
    }

    private static CredentialRecord importedRecord() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(IMPORTED.getBytes(StandardCharsets.US_ASCII));
            return record(NetBirdFormat.prefixOf(hash), TokenHash.ofWhole(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static PresentedCredential presented(MintedToken token) {
        byte[] text = token.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        return FORMAT.parse(text, 0, text.length);
    }

    private static PresentedCredential presented(String imported) {
        byte[] text = imported.getBytes(StandardCharsets.US_ASCII);
        return new NetBirdFormat().parse(text, 0, text.length);
    }
}
