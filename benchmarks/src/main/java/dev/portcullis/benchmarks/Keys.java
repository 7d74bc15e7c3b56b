package dev.portcullis.benchmarks;

import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
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

    private static final int USERS = 500;
    private static final long SEED = 1;

    private final TokenFormat format = new TokenFormat(TokenFormat.DEFAULT_MARK);
    private final List<byte[]> texts = new ArrayList<>();
    private final List<CredentialRecord> records = new ArrayList<>();
    private final List<Principal> principals = new ArrayList<>();

    /** Makes them all. */
    public Keys() {
        TokenMint mint = new TokenMint(format, new Random(SEED));
        for (int user = 0; user < USERS; user++) {
            principals.add(new Principal(
                    "usr_%016d".formatted(user), "robot-" + user, UserKind.SERVICE, false,
                    List.of("ci"), Map.of(APPLICATION, Role.WRITER)));
        }
        for (int i = 0; i < TOKENS; i++) {
            MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
            texts.add(minted.plain().reveal().getBytes(StandardCharsets.US_ASCII));
            records.add(new CredentialRecord(
                    minted.prefix(), minted.kind(), minted.hash(), principal(i).userId(),
                    CredentialState.LIVE, CredentialRecord.NEVER));
        }
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

    /** Whose it is. */
    public Principal principal(int index) {
        return principals.get(index % USERS);
    }
}
