package dev.portcullis.gateway.testkit;

import com.google.protobuf.ByteString;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.UserKind;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
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
    private final FakeOriginService service = new FakeOriginService();
    private final TokenMint mint = new TokenMint(new TokenFormat("pc"), new Random(1));
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

    /** Makes a credential; its whole text. 0 for the expiry means never. */
    public String addToken(String userId, CredentialKind kind, long expiresAtMillis) {
        MintedToken minted = mint.mint(kind);
        service.putCredential(CredentialRecord.newBuilder()
                .setPrefix(minted.prefix().toString())
                .setKind(dev.portcullis.proto.origin.v1.CredentialKind.forNumber(
                        kind.ordinal() + 1))
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_SHA_256)
                .setHash(ByteString.copyFrom(minted.hash().octets()))
                .setUserId(userId)
                .setState(CredentialState.CREDENTIAL_STATE_LIVE)
                .setExpiresAtMs(expiresAtMillis)
                .build());
        return minted.plain().reveal();
    }

    /** A well-formed token that the origin knows nothing of. */
    public String unknownToken() {
        return mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
    }

    /** The public prefix in a token's text. */
    public static String prefixOf(String token) {
        return token.split("_")[1];
    }

    /** Revokes a token; the revision of that. */
    public long revoke(String token) {
        return setState(token, CredentialState.CREDENTIAL_STATE_REVOKED);
    }

    /** Marks a token as replaced; the revision of that. */
    public long replace(String token) {
        return service.changeCredential(
                prefixOf(token), record -> record.setReplacedAtMs(1));
    }

    private long setState(String token, CredentialState state) {
        return service.changeCredential(prefixOf(token), record -> record.setState(state));
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
