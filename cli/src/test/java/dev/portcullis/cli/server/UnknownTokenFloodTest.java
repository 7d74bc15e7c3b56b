package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.bootstrap.ControlPlane;
import dev.portcullis.admin.bootstrap.ControlPlaneConfig;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.watch.Environment;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real origin and a gateway's real records under a flood of tokens that nobody has issued. */
@Timeout(300)
class UnknownTokenFloodTest {
    private static final int FLOOD = 200_000;
    private static final int REAL = 300;
    private static final int AT_ONCE = 128;
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @TempDir Path directory;
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final ScheduledExecutorService control =
            Executors.newSingleThreadScheduledExecutor();

    private static TokenPrefix made(SplittableRandom random) {
        StringBuilder prefix = new StringBuilder(12);
        for (int i = 0; i < 12; i++) {
            prefix.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return TokenPrefix.of(prefix.toString());
    }

    private LookupResult find(Records records, TokenPrefix prefix) throws Exception {
        return loop.submit(() -> records.lookup().find(prefix, Clock.systemUTC().millis())).get();
    }

    @Test
    void twoHundredThousand_reachNoDatabaseAndEvictNothing() throws Exception {
        ControlPlane plane = ControlPlane.start(ControlPlaneConfig.in(directory),
                Clock.systemUTC(), System::nanoTime, new SecureRandom());
        String name = InProcessServerBuilder.generateName();
        Server server = InProcessServerBuilder.forName(name)
                .addService(plane.origin(true, "test")).build().start();
        ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
        Records records = Records.create(RecordsConfig.defaults(), channel, List.of(loop),
                new Environment(Clock.systemUTC(), System::nanoTime, new SecureRandom(), control),
                (thread, changed) -> {});
        try {
            List<TokenPrefix> real = issue(plane);
            records.start();
            Awaitility.await().until(
                    () -> records.ready() && plane.knownPrefixes().filled());
            for (TokenPrefix prefix : real) {
                assertThat(records.lookup().resolve(prefix, loop).toCompletableFuture().get())
                        .isInstanceOf(LookupResult.Found.class);
            }
            long askedBefore = records.resolves();
            long sparedBefore = plane.knownPrefixes().spared();

            flood(records);

            // every one of these questions was answered by the filter, none by the database
            assertThat(records.resolves() - askedBefore).isEqualTo(FLOOD);
            assertThat(plane.knownPrefixes().spared() - sparedBefore).isEqualTo(FLOOD);
            for (TokenPrefix prefix : real) {
                assertThat(find(records, prefix)).isInstanceOf(LookupResult.Found.class);
            }
            Awaitility.await().until(() -> records.negativesHeld()
                    <= RecordsConfig.defaults().negativesMax());
        } finally {
            records.close();
            channel.shutdownNow();
            server.shutdownNow();
            server.awaitTermination(5, TimeUnit.SECONDS);
            plane.close();
            loop.shutdownNow();
            control.shutdownNow();
        }
    }

    private static List<TokenPrefix> issue(ControlPlane plane) {
        Actor actor = Actor.system("test");
        plane.users().create(actor, new NewUser("ci", null, null, null));
        List<TokenPrefix> real = new ArrayList<>();
        for (int i = 0; i < REAL; i++) {
            real.add(TokenPrefix.of(plane.tokens().issue(actor,
                    new NewToken("ci", "t", new TokenLifetime.Standard())).value().token().id()));
        }
        return real;
    }

    private void flood(Records records) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        Semaphore room = new Semaphore(AT_ONCE);
        AtomicInteger unknown = new AtomicInteger();
        for (int i = 0; i < FLOOD; i++) {
            room.acquire();
            records.lookup().resolve(made(random), loop).thenAccept(result -> {
                if (result instanceof LookupResult.Unknown) {
                    unknown.incrementAndGet();
                }
                room.release();
            });
        }
        room.acquire(AT_ONCE);
        assertThat(unknown).hasValue(FLOOD);
    }
}
