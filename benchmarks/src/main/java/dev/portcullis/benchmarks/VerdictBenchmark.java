package dev.portcullis.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.MessageHead;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.route.ApplicationConfig;
import dev.portcullis.gateway.route.RouteTable;
import dev.portcullis.gateway.verdict.Judge;
import dev.portcullis.gateway.verdict.Verdict;
import dev.portcullis.gateway.watch.Environment;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The gateway's whole verdict for what L1 knows: route, credential, look-up under a lease, verify,
 * authorise. The real code with a real watch, and an origin in the same process.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class VerdictBenchmark {
    private static final int SAMPLE = 1 << 16;
    private static final String BEFORE = "GET /orders/42 HTTP/1.1\r\nHost: api.example.com\r\n"
            + "User-Agent: load\r\nAccept: */*\r\nAuthorization: Bearer ";

    private final Keys keys = new Keys();
    private final int[] sample = new Zipf(Keys.TOKENS).sample(SAMPLE, new Random(2));
    private final byte[][] secrets = new byte[Keys.TOKENS][];
    private final byte[] hash = new byte[32];
    private final RequestHead head = new RequestHead(new HeadLimits(32 * 1024, 16 * 1024, 100));
    private final Cache<TokenPrefix, CredentialRecord> plainCache =
            Caffeine.newBuilder().maximumSize(200_000).build();
    private MessageDigest sha256;
    private ByteBuf received;
    private Server origin;
    private ManagedChannel channel;
    private ScheduledExecutorService control;
    private Records records;
    private Judge judge;
    private int cursor;

    /** Starts an origin and records that follow it, and asks once for every token. */
    @Setup(Level.Trial)
    public void start() throws Exception {
        sha256 = MessageDigest.getInstance("SHA-256");
        String name = "origin-" + UUID.randomUUID();
        origin = InProcessServerBuilder.forName(name)
                .directExecutor().addService(new StandingOrigin(keys)).build().start();
        channel = InProcessChannelBuilder.forName(name).build();
        control = Executors.newSingleThreadScheduledExecutor();
        Executor loop = Runnable::run;
        records = Records.create(
                RecordsConfig.defaults(), channel, List.of(loop),
                new Environment(InstantSource.system(), System::nanoTime, new Random(), control),
                (executor, changed) -> { });
        records.start();
        while (!records.ready()) {
            Thread.sleep(5);
        }
        for (int i = 0; i < Keys.TOKENS; i++) {
            TokenPrefix prefix = keys.record(i).prefix();
            LookupResult found =
                    records.lookup().resolve(prefix, loop).toCompletableFuture().join();
            if (!(found instanceof LookupResult.Found)) {
                throw new IllegalStateException("the origin does not know " + prefix);
            }
            plainCache.put(prefix, keys.record(i));
            secrets[i] = keys.secret(i);
        }
        RouteTable routes = new RouteTable(List.of(new ApplicationConfig(
                Keys.APPLICATION, "", "/", URI.create("http://127.0.0.1:1"))));
        judge = new Judge(routes, keys.format(), records.lookup());
        byte[] text = (BEFORE + " ".repeat(keys.format().length()) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        received = Unpooled.directBuffer(text.length).writeBytes(text);
        headAndVerdict();
    }

    /** Ends what was started. */
    @TearDown(Level.Trial)
    public void stop() throws InterruptedException {
        records.close();
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        origin.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        control.shutdownNow();
        received.release();
    }

    /** From the head, as it was read, to the permit. */
    @Benchmark
    public Object verdict() {
        byte[] token = keys.text(next());
        System.arraycopy(token, 0, head.bytes(), head.valueFrom(head.authorization()) + 7,
                token.length);
        return permit();
    }

    /** What no verdict can do without: SHA-256 of the secret, and one look-up in L1. */
    @Benchmark
    public Object verdictBaseline() throws Exception {
        int i = next();
        sha256.update(secrets[i]);
        sha256.digest(hash, 0, hash.length);
        return plainCache.getIfPresent(keys.record(i).prefix());
    }

    /** From the octets of the head, as they came from the socket, to the permit. */
    @Benchmark
    public Object headAndVerdict() {
        received.readerIndex(0).setBytes(BEFORE.length(), keys.text(next()));
        head.clear();
        if (head.read(received) != MessageHead.Progress.COMPLETE) {
            throw new IllegalStateException("the head was not read");
        }
        return permit();
    }

    /** The same. */
    @Benchmark
    public Object headAndVerdictBaseline() throws Exception {
        return verdictBaseline();
    }

    private Object permit() {
        Verdict verdict = new Verdict();
        judge.judge(head, verdict, null, System.currentTimeMillis());
        if (verdict.permit() == null) {
            throw new IllegalStateException("refused: " + verdict.refusal());
        }
        return verdict.permit();
    }

    private int next() {
        return sample[cursor++ & SAMPLE - 1];
    }
}
