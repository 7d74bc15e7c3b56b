package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.change.LeaseMark;
import dev.portcullis.admin.change.LeaseTable;
import dev.portcullis.admin.change.VirtualTime;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.service.Bindings;
import dev.portcullis.admin.service.Enrollments;
import dev.portcullis.admin.service.KeyExchange;
import dev.portcullis.admin.service.Keys;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.Refusals;
import dev.portcullis.admin.service.Secrets;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.UsageBuffer;
import dev.portcullis.admin.service.Usages;
import dev.portcullis.admin.service.Users;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An origin over a real store and the in-process transport; leases in virtual time. */
abstract class OriginFixture {
    static final long LEASE_MILLIS = 30_000;

    @TempDir Path directory;
    final VirtualTime time = new VirtualTime();
    final Actor system = Actor.system("test");
    TestStore test;
    Users users;
    Bindings bindings;
    Tokens tokens;
    Keys keys;
    KeyExchange exchange;
    LeaseTable leases;
    ChangeFeed feed;
    Barrier barrier;
    ThreadPoolExecutor workers;
    ExecutorService feedThread;
    ScheduledExecutorService background;
    /** Not started, so that the database is asked; a test may start it. */
    KnownPrefixes known;
    OriginWiring wiring;
    Server server;
    ManagedChannel channel;

    @BeforeEach
    void open() throws Exception {
        test = TestStore.open(directory, time);
        SecureRandom random = new SecureRandom();
        users = new Users(test.store(), random);
        bindings = new Bindings(test.store());
        TokenPolicy policy = TokenPolicy.defaults();
        TokenMint mint = new TokenMint(new TokenFormat("pc"), random);
        tokens = new Tokens(test.store(), policy, mint, time);
        keys = new Keys(test.store(), policy, mint, time);
        exchange = new KeyExchange(
                test.store(), policy, new Secrets(mint, Peppers.NONE),
                new UsageBuffer(new Usages(test.store())), time);
        users.create(system, new NewUser("ci", null, null, null));
        serve(true);
    }

    void serve(boolean inProcess) throws Exception {
        long revision = test.store().revision();
        LeaseConfig config = LeaseConfig.defaults();
        leases = new LeaseTable(config, time, revision, LeaseMark.read(test.store()));
        barrier = new Barrier(leases, config, time, time);
        workers = new ThreadPoolExecutor(
                2, 2, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2));
        feedThread = Executors.newSingleThreadExecutor();
        feed = new ChangeFeed(test.store(), leases, revision, feedThread, time);
        test.store().setCommitListener(feed);
        background = Executors.newSingleThreadScheduledExecutor();
        known = new KnownPrefixes(
                new KnownPrefixes.Sources(test.store(), feed, false, time),
                background, new SecureRandom(), 1 << 24);
        wiring = new OriginWiring(
                test.store(), new Usages(test.store()),
                new Refusals(test.store(), TokenPolicy.defaults(), time), feed, leases,
                new LeaseMark(test.store(), leases, config), "replica-1",
                new Enrollments(
                        test.store(), TokenPolicy.defaults(), Peppers.NONE,
                        new UsageBuffer(new Usages(test.store())), time),
                new CacheKeys(test.store(), false, new SecureRandom()), known,
                workers, time);
        OriginService service = new OriginService(wiring, inProcess, "9.9");
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name).addService(service).build().start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    @AfterEach
    void close() throws Exception {
        stopServing();
        test.close();
    }

    /** Who stands against a revision at this moment. */
    List<String> unconfirmed(long revision) {
        return barrier.await(revision, Duration.ZERO).join().unconfirmedGateways();
    }

    void stopServing() throws Exception {
        barrier.close();
        channel.shutdownNow();
        server.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        assertThat(server.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        workers.shutdown();
        assertThat(workers.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        background.shutdown();
        assertThat(background.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        feedThread.shutdown();
        assertThat(feedThread.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    OriginServiceGrpc.OriginServiceBlockingStub blocking() {
        return OriginServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    /** Issues a token; answers with its prefix. */
    String issue() {
        return tokens.issue(system, new NewToken("ci", "t", new TokenLifetime.Standard()))
                .value().token().id();
    }

    String userId() {
        return users.get(system, "ci").id();
    }
}
