package dev.portcullis.benchmarks.chaos;

import com.google.protobuf.Timestamp;
import dev.portcullis.benchmarks.chaos.Timeline.Expected;
import dev.portcullis.benchmarks.stage.Admins;
import dev.portcullis.benchmarks.stage.Admins.Answered;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.CreateKeyResponse;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.ExpireKeyRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.RotateTokenResponse;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The changes of a run, each with its marks on the timelines: before the call that begins it,
 * anything may happen; after its answer only what it says. Any thread.
 */
final class Changes {
    private static final int PATIENCE_SECONDS = 60;
    private static final int PAUSE_MILLIS_MAX = 800;

    private final Admins admins;
    private final Exchange exchange;
    private final Population population;
    private final Counts counts;

    Changes(Admins admins, Exchange exchange, Population population, Counts counts) {
        this.admins = admins;
        this.exchange = exchange;
        this.population = population;
        this.counts = counts;
    }

    /** A user who writes everywhere. */
    Holder createHolder(String name) throws InterruptedException {
        Holder holder = new Holder(admins.repeat(PATIENCE_SECONDS, channel ->
                Admins.within(UserServiceGrpc.newBlockingStub(channel))
                        .createUser(CreateUserRequest.newBuilder()
                                .setName(name)
                                .addBindings(Binding.newBuilder()
                                        .setRole(Role.ROLE_WRITER).setApplication("*"))
                                .build())).value().getUser().getId());
        population.add(holder);
        return holder;
    }

    /** A token, good everywhere when it was answered. */
    void create(Holder holder) {
        IssueTokenResponse issued = attempt("create", channel ->
                Admins.within(TokenServiceGrpc.newBlockingStub(channel))
                        .issueToken(IssueTokenRequest.newBuilder()
                                .setUser(holder.id()).setName("chaos").build()));
        if (issued != null) {
            Credential credential = new Credential(issued.getPlainToken(), holder, null);
            settle(credential.own(), issued.getPropagation(), Expected.ACCEPTED);
            population.add(credential);
        }
    }

    /** Ends a token that was taken, for good. */
    void revoke(Credential credential) throws InterruptedException {
        revokeUnpresented(credential);
        population.touch(credential);
    }

    /** The same, and it is not presented to the gateways because of that. */
    void revokeUnpresented(Credential credential) throws InterruptedException {
        RevokeTokenRequest request =
                RevokeTokenRequest.newBuilder().setId(credential.id()).build();
        credential.own().now(Expected.EITHER);
        long start = System.nanoTime();
        Answered<Propagation> answer = repeat("revoke", channel ->
                Admins.within(TokenServiceGrpc.newBlockingStub(channel))
                        .revokeToken(request).getPropagation());
        if (answer != null) {
            settle(credential.own(), answer.value(), Expected.REFUSED);
            if (!answer.repeated()) {
                counts.revoked(answer.value(), start, System.nanoTime());
            }
        }
        population.ended(credential);
    }

    /** Puts another token in the place of one that was taken. */
    void rotate(Credential credential) throws InterruptedException {
        credential.own().now(Expected.EITHER);
        RotateTokenResponse rotated = attempt("rotate", channel ->
                Admins.within(TokenServiceGrpc.newBlockingStub(channel))
                        .rotateToken(RotateTokenRequest.newBuilder()
                                .setId(credential.id()).build()));
        if (rotated == null) {
            // it may have been rotated or not; it ends either way
            revoke(credential);
            return;
        }
        Credential successor = new Credential(
                rotated.getPlainToken(), credential.holder(), null);
        settle(credential.own(), rotated.getPropagation(), Expected.REFUSED);
        settle(successor.own(), rotated.getPropagation(), Expected.ACCEPTED);
        population.ended(credential);
        population.touch(credential);
        population.add(successor);
    }

    /** Blocks a user who was taken, and some time later no more. */
    void blockAndUnblock(Holder holder, Random random) throws InterruptedException {
        boolean certain = change("block", holder.open(), Expected.REFUSED, channel ->
                Admins.within(UserServiceGrpc.newBlockingStub(channel))
                        .blockUser(BlockUserRequest.newBuilder().setUser(holder.id()).build())
                        .getPropagation());
        Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX));
        certain &= change("unblock", holder.open(), Expected.ACCEPTED, channel ->
                Admins.within(UserServiceGrpc.newBlockingStub(channel))
                        .unblockUser(UnblockUserRequest.newBuilder().setUser(holder.id()).build())
                        .getPropagation());
        giveBack(holder, certain);
    }

    /** Makes a user who was taken a reader, and some time later a writer again. */
    void demoteAndPromote(Holder holder, Random random) throws InterruptedException {
        boolean certain = change("role", holder.writes(), Expected.REFUSED,
                channel -> bind(channel, holder, Role.ROLE_READER));
        Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX));
        certain &= change("role", holder.writes(), Expected.ACCEPTED,
                channel -> bind(channel, holder, Role.ROLE_WRITER));
        giveBack(holder, certain);
    }

    private static Propagation bind(Channel channel, Holder holder, Role role) {
        return Admins.within(BindingServiceGrpc.newBlockingStub(channel))
                .putBinding(PutBindingRequest.newBuilder()
                        .setUser(holder.id()).setRole(role).setApplication("*").build())
                .getPropagation();
    }

    /** Makes a key, exchanges it twice, and expires it: both tokens end with it. */
    void keyThatExpires(Holder holder, Random random) throws InterruptedException {
        CreateKeyResponse made = attempt("key", channel ->
                Admins.within(KeyServiceGrpc.newBlockingStub(channel))
                        .createKey(CreateKeyRequest.newBuilder()
                                .setUser(holder.id()).setName("chaos").build()));
        if (made == null) {
            // it may have been made, and a user has but two
            giveBack(holder, false);
            return;
        }
        Timeline key = new Timeline(Expected.ACCEPTED);
        Credential[] exchanged = new Credential[2];
        for (int i = 0; i < exchanged.length; i++) {
            exchanged[i] = exchanged(made, holder, key);
        }
        Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX));
        change("expire", key, Expected.REFUSED, channel ->
                Admins.within(KeyServiceGrpc.newBlockingStub(channel))
                        .expireKey(ExpireKeyRequest.newBuilder()
                                .setId(made.getKey().getId()).build())
                        .getPropagation());
        for (Credential credential : exchanged) {
            if (credential != null) {
                population.ended(credential);
                population.touch(credential);
            }
        }
        giveBack(holder, true);
    }

    private Credential exchanged(CreateKeyResponse made, Holder holder, Timeline key)
            throws InterruptedException {
        try {
            Exchange.Exchanged answer =
                    exchange.exchange(made.getKey().getId(), made.getPlainSecret());
            counts.done("exchange");
            Credential credential = new Credential(answer.token(), holder, key);
            if (answer.by() == null) {
                credential.own().now(Expected.ACCEPTED);
            } else {
                credential.own().from(onOurClock(answer.by()), Expected.ACCEPTED);
            }
            population.add(credential);
            return credential;
        } catch (IOException e) {
            counts.failed("exchange");
            return null;
        }
    }

    /**
     * A change that may be repeated.
     *
     * @return false when a call that failed may still be carried out, or none succeeded: then
     *     nobody knows what comes of the user
     */
    private boolean change(
            String name, Timeline timeline, Expected then, Function<Channel, Propagation> call)
            throws InterruptedException {
        timeline.now(Expected.EITHER);
        Answered<Propagation> answer = repeat(name, call);
        if (answer == null || answer.repeated() && then == Expected.ACCEPTED) {
            return false;
        }
        settle(timeline, answer.value(), then);
        return !answer.repeated();
    }

    private void giveBack(Holder holder, boolean certain) throws InterruptedException {
        if (certain) {
            population.giveBack(holder);
            return;
        }
        holder.open().now(Expected.EITHER);
        holder.writes().now(Expected.EITHER);
        counts.done("user retired");
    }

    /** What an answer says, from now on or from its instant. */
    private void settle(Timeline timeline, Propagation propagation, Expected then) {
        if (propagation.getState() == Propagation.State.PROPAGATED) {
            timeline.now(then);
            return;
        }
        counts.pending(propagation);
        Timestamp by = propagation.getEffectiveEverywhereBy();
        timeline.from(
                onOurClock(Instant.ofEpochSecond(by.getSeconds(), by.getNanos())),
                then == Expected.REFUSED ? Expected.REFUSED_BY_INSTANT : then);
    }

    /** The wall clock is read first: so it is never too early. */
    private static long onOurClock(Instant instant) {
        long left = Instant.now().until(instant, ChronoUnit.NANOS);
        return System.nanoTime() + Math.max(0, left);
    }

    /** Asks once; null when that failed. */
    private <R> R attempt(String name, Function<Channel, R> call) {
        try {
            R answer = admins.once(call);
            counts.done(name);
            return answer;
        } catch (StatusRuntimeException e) {
            counts.failed(name, e.getStatus());
            admins.reconnect();
            return null;
        }
    }

    /** Asks until it is answered; null when that does not help. */
    private <R> Answered<R> repeat(String name, Function<Channel, R> call)
            throws InterruptedException {
        try {
            Answered<R> answer = admins.repeat(PATIENCE_SECONDS, call);
            counts.done(name);
            if (answer.repeated()) {
                counts.repeated();
            }
            return answer;
        } catch (StatusRuntimeException e) {
            counts.failed(name, e.getStatus());
            TimeUnit.MILLISECONDS.sleep(100);
            return null;
        }
    }
}
