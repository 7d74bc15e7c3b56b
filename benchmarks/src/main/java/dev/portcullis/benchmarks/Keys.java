package dev.portcullis.benchmarks;

import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The 10,000 tokens of 500 users that everything here is measured with: the same in every run.
 * Immutable; any thread.
 */
public final class Keys {
    /** How many tokens. */
    public static final int TOKENS = 10_000;

    /** The application that every user may write. */
    public static final String APPLICATION = "default";

    /** What the peppered ones are hashed with. */
    static final Peppers PEPPERS =
            Peppers.of(Pepper.of("bench", new byte[Pepper.KEY_OCTETS_MIN]), List.of());

    private static final int USERS = 500;
    private static final long SEED = 1;

    private final TokenFormat format = new TokenFormat(TokenFormat.DEFAULT_MARK);
    private final List<byte[]> texts = new ArrayList<>();
    private final List<CredentialRecord> records = new ArrayList<>();
    private final List<CredentialRecord> parents = new ArrayList<>();
    private final List<Principal> principals = new ArrayList<>();

    /** What the tokens are. */
    public enum Form {
        /** Access tokens, hashed plainly. */
        PLAIN,
        /** Access tokens, hashed with a pepper. */
        PEPPERED,
        /** Exchanged from an API key, of which each user has one. */
        EXCHANGED
    }

    /** Makes them all, in the plain form. */
    public Keys() {
        this(Form.PLAIN);
    }

    /** Makes them all. */
    public Keys(Form form) {
        Peppers peppers = form == Form.PEPPERED ? PEPPERS : Peppers.NONE;
        TokenMint mint = new TokenMint(format, new Random(SEED), peppers);
        for (int user = 0; user < USERS; user++) {
            principals.add(new Principal(
                    "usr_%016d".formatted(user), "robot-" + user, UserKind.SERVICE, false,
                    List.of("ci"), Map.of(APPLICATION, Role.WRITER)));
        }
        boolean exchanged = form == Form.EXCHANGED;
        for (int i = 0; i < TOKENS; i++) {
            MintedToken minted = mint.mint(
                    exchanged ? CredentialKind.EXCHANGED_TOKEN : CredentialKind.ACCESS_TOKEN);
            texts.add(minted.plain().reveal().getBytes(StandardCharsets.US_ASCII));
            if (exchanged && i < USERS) {
                parents.add(record(mint.mint(CredentialKind.API_KEY), i, null));
            }
            records.add(record(minted, i, exchanged ? parent(i).prefix() : null));
        }
    }

    private CredentialRecord record(MintedToken minted, int index, TokenPrefix parent) {
        return new CredentialRecord(
                minted.prefix(), minted.kind(), minted.hash(), principal(index).userId(),
                CredentialState.LIVE, CredentialRecord.NEVER, CredentialRecord.NEVER,
                Restrictions.NONE, parent);
    }

    /** The format they have. */
    public TokenFormat format() {
        return format;
    }

    /** The whole text of a token; not to be changed. */
    public byte[] text(int index) {
        return texts.get(index);
    }

    /** The 43 characters of its secret. */
    public byte[] secret(int index) {
        int end = format.length() - 6;
        return Arrays.copyOfRange(
                text(index), end - TokenFormat.SECRET_LENGTH, end);
    }

    /** What is known of it. */
    public CredentialRecord record(int index) {
        return records.get(index);
    }

    /** The key it was exchanged from; null for what was not exchanged. */
    public CredentialRecord parent(int index) {
        return parents.isEmpty() ? null : parents.get(index % USERS);
    }

    /** Whose it is. */
    public Principal principal(int index) {
        return principals.get(index % USERS);
    }
}
