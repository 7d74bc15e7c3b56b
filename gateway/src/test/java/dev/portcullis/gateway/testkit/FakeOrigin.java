package dev.portcullis.gateway.testkit;

import com.google.protobuf.ByteString;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.NetBirdFormat;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.RefusalSummary;
import dev.portcullis.proto.origin.v1.Restrictions;
import dev.portcullis.proto.origin.v1.UserKind;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * An origin in memory behind gRPC's in-process transport: a table of users and credentials, a
 * revision that each change raises, and a stream that tells every gateway. Any thread.
 *
 * <p>Tokens come from a seeded generator, so the same calls make the same tokens in every run.
 */
public final class FakeOrigin implements AutoCloseable {
    private static final TokenFormat FORMAT = new TokenFormat("pc");

    private final FakeOriginService service = new FakeOriginService();
    private final Random random = new Random(1);
    private final TokenMint mint = new TokenMint(FORMAT, random);
    private final Server server;
    private final ManagedChannel channel;

    private FakeOrigin() throws IOException {
        String name = "origin-" + UUID.randomUUID();
        server = InProcessServerBuilder.forName(name).addService(service).build().start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    /** An empty origin. */
    public static FakeOrigin start() throws IOException {
        return new FakeOrigin();
    }

    /** How a gateway speaks to it; closed with the origin. */
    public ManagedChannel channel() {
        return channel;
    }

    /** Adds a service user whose id is {@code user-<name>}, with a role on all applications. */
    public String addUser(String name, Role role) {
        return addUser(name, "*", role);
    }

    /** Adds a service user whose id is {@code user-<name>}, with a role on one application. */
    public String addUser(String name, String application, Role role) {
        String id = "user-" + name;
        PrincipalRecord user = PrincipalRecord.newBuilder()
                .setUserId(id)
                .setName(name)
                .setKind(UserKind.USER_KIND_SERVICE)
                .putRoles(application, proto(role))
                .build();
        service.putUser(user);
        return id;
    }

    /** Adds a user without any role. */
    public String addUserWithoutRole(String name) {
        String id = addUser(name, Role.READER);
        changeUser(id, user -> user.clearRoles());
        return id;
    }

    /** Puts the user into groups. */
    public long setGroups(String userId, String... groups) {
        return changeUser(userId, user -> user.clearGroups().addAllGroups(List.of(groups)));
    }

    /** Gives the user another role on an application. */
    public long setRole(String userId, String application, Role role) {
        return changeUser(userId, user -> user.putRoles(application, proto(role)));
    }

    /** Blocks a user. */
    public long block(String userId) {
        return changeUser(userId, user -> user.setBlocked(true));
    }

    /** Unblocks a user. */
    public long unblock(String userId) {
        return changeUser(userId, user -> user.setBlocked(false));
    }

    /** Takes the user out of the table, as no origin ever would. */
    public long removeUser(String userId) {
        return service.removeUser(userId);
    }

    private long changeUser(String userId, UnaryOperator<PrincipalRecord.Builder> change) {
        return service.changeUser(userId, change);
    }

    /** Makes an access token that never expires; its whole text. */
    public String addToken(String userId) {
        return addToken(userId, CredentialKind.ACCESS_TOKEN, 0);
    }

    /**
     * Makes an access token or an API key; its whole text. 0 for the expiry means never. {@link
     * #exchange} makes an exchanged token.
     */
    public String addToken(String userId, CredentialKind kind, long expiresAtMillis) {
        return put(mint.mint(kind), record ->
                record.setUserId(userId).setExpiresAtMs(expiresAtMillis));
    }

    /** Makes an access token that is hashed with a pepper; its whole text. */
    public String addToken(String userId, Pepper pepper) {
        TokenMint peppered =
                new TokenMint(FORMAT, random, Peppers.of(pepper, List.of()));
        return put(peppered.mint(CredentialKind.ACCESS_TOKEN), record ->
                record.setUserId(userId)
                        .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_HMAC_SHA_256)
                        .setPepperId(pepper.id()));
    }

    /** Exchanges an API key, given as its whole text; the whole text of the exchanged token. */
    public String exchange(String key) {
        CredentialRecord parent = service.credential(prefixOf(key));
        return put(mint.mint(CredentialKind.EXCHANGED_TOKEN), record ->
                record.setUserId(parent.getUserId()).setParentPrefix(parent.getPrefix()));
    }

    /** Takes over an access token of another system; its whole text. */
    public String importToken(String userId) {
        String token = TokenTexts.netBird(random);
        service.putCredential(CredentialRecord.newBuilder()
                .setPrefix(prefixOf(token))
                .setKind(dev.portcullis.proto.origin.v1.CredentialKind.CREDENTIAL_KIND_ACCESS_TOKEN)
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_SHA_256_WHOLE)
                .setHash(ByteString.copyFrom(sha256(token)))
                .setUserId(userId)
                .setState(CredentialState.CREDENTIAL_STATE_LIVE)
                .build());
        return token;
    }

    private String put(MintedToken minted, UnaryOperator<CredentialRecord.Builder> rest) {
        service.putCredential(rest.apply(CredentialRecord.newBuilder()
                .setPrefix(minted.prefix().toString())
                .setKind(dev.portcullis.proto.origin.v1.CredentialKind.forNumber(
                        minted.kind().ordinal() + 1))
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_SHA_256)
                .setHash(ByteString.copyFrom(minted.hash().octets()))
                .setState(CredentialState.CREDENTIAL_STATE_LIVE))
                .build());
        return minted.plain().reveal();
    }

    /** Narrows a token, which no origin does to one that was made; the revision of that. */
    public long restrict(String token, UnaryOperator<Restrictions.Builder> restrictions) {
        return change(token, record -> record.setRestrictions(
                restrictions.apply(record.getRestrictionsBuilder())));
    }

    /** A well-formed token that the origin knows nothing of. */
    public String unknownToken() {
        return mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
    }

    /** The public prefix of a token: it stands in its text, or is derived from it. */
    public static String prefixOf(String token) {
        return token.startsWith("nbp_")
                ? NetBirdFormat.prefixOf(sha256(token)).toString() : token.split("_")[1];
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Revokes a token or key; the revision of that. */
    public long revoke(String token) {
        return change(token, record ->
                record.setState(CredentialState.CREDENTIAL_STATE_REVOKED));
    }

    /** Marks a token or key as replaced, past its overlap; the revision of that. */
    public long replace(String token) {
        return replaceAt(token, 1);
    }

    /** Marks a token or key as replaced from then on; the revision of that. */
    public long replaceAt(String token, long millis) {
        return change(token, record -> record.setReplacedAtMs(millis));
    }

    /** Lets a token or key expire then; the revision of that. */
    public long expireAt(String token, long millis) {
        return change(token, record -> record.setExpiresAtMs(millis));
    }

    private long change(String token, UnaryOperator<CredentialRecord.Builder> change) {
        return service.changeCredential(prefixOf(token), change);
    }

    /** Waits until every gateway that watches has acknowledged all that was changed so far. */
    public void awaitAcked() throws InterruptedException {
        awaitAcked(service.revision());
    }

    /** Waits until every gateway that watches has acknowledged a revision. */
    public void awaitAcked(long revision) throws InterruptedException {
        service.awaitAcked(revision);
    }

    /** Gateways that are watching now. */
    public int watchers() {
        return service.watchers();
    }

    /** Questions asked so far. */
    public int resolves() {
        return service.resolves();
    }

    /** Uses reported so far: the prefixes, in the order they came. */
    public List<String> reportedUses() {
        return service.reportedUses();
    }

    /** Refusals reported so far, in the order they came. */
    public List<RefusalSummary> reportedRefusals() {
        return service.reportedRefusals();
    }

    /** Makes the origin unreachable: streams break, questions fail; or reachable again. */
    public void setDown(boolean down) {
        service.setDown(down);
    }

    /** Makes the origin silent: questions wait until this is undone or the gateway gives up. */
    public void setSilent(boolean silent) {
        service.setSilent(silent);
    }

    /** How long the leases granted from now on last; 30 s at first. */
    public void setLeaseMillis(long millis) {
        service.setLeaseMillis(millis);
    }

    private static dev.portcullis.proto.origin.v1.Role proto(Role role) {
        return dev.portcullis.proto.origin.v1.Role.forNumber(role.ordinal() + 1);
    }

    @Override
    public void close() {
        service.setDown(true);
        channel.shutdownNow();
        server.shutdownNow();
        try {
            channel.awaitTermination(10, TimeUnit.SECONDS);
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
