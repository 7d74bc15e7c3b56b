package dev.portcullis.benchmarks;

import dev.portcullis.core.access.Source;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.MessageHead;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.lookup.RefusalTally;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.route.RouteTable;
import dev.portcullis.gateway.verdict.Judge;
import dev.portcullis.gateway.verdict.MissingPeppers;
import dev.portcullis.gateway.verdict.Verdict;
import dev.portcullis.gateway.watch.Environment;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A judge with records that follow an origin in the same process, and L1 full of tokens of one
 * form. One thread.
 */
public abstract class VerdictSetting {
    static final Source SOURCE = Source.of(InetAddress.getLoopbackAddress());

    private static final int SAMPLE = 1 << 16;
    private static final String BEFORE = "GET /orders/42 HTTP/1.1\r\nHost: api.example.com\r\n"
            + "User-Agent: load\r\nAccept: */*\r\nAuthorization: Bearer ";

    final Keys keys;
    private final Peppers peppers;
    private final Executor loop = Runnable::run;
    private final int[] sample = new Zipf(Keys.TOKENS).sample(SAMPLE, new Random(2));
    private final RequestHead head = new RequestHead(new HeadLimits(32 * 1024, 16 * 1024, 100));
    private ByteBuf received;
    private Server origin;
    private ManagedChannel channel;
    private ScheduledExecutorService control;
    private Records records;
    private RouteTable routes;
    private Judge judge;
    private RefusalTally tally;
    private int cursor;

    VerdictSetting(Keys.Form form) {
        keys = new Keys(form);
        peppers = form == Keys.Form.PEPPERED ? Keys.PEPPERS : Peppers.NONE;
    }

    /** Starts an origin and records that follow it, and asks once for every token. */
    @Setup(Level.Trial)
    public void start() throws Exception {
        String name = "origin-" + UUID.randomUUID();
        origin = InProcessServerBuilder.forName(name)
                .directExecutor().addService(new StandingOrigin(keys)).build().start();
        channel = InProcessChannelBuilder.forName(name).build();
        control = Executors.newSingleThreadScheduledExecutor();
        records = Records.create(
                config(), channel, List.of(loop),
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
        }
        tally = records.refusals(loop);
        routes = new RouteTable(List.of(RouteConfig.of(Keys.APPLICATION, "", "/")));
        judge = new Judge(keys.format(), records.lookup(), peppers, new MissingPeppers());
        byte[] text = (BEFORE + " ".repeat(keys.format().length()) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        received = Unpooled.directBuffer(text.length).writeBytes(text);
        readHead(next());
        permit();
    }

    /** Nothing is reported while it is measured: that would be done on this "loop", too. */
    private static RecordsConfig config() {
        RecordsConfig usual = RecordsConfig.defaults();
        return new RecordsConfig(
                usual.credentialsMax(), usual.principalsMax(), usual.negativesMax(),
                usual.negativeTtl(), usual.resolveTimeout(), usual.resolvesMax(),
                Duration.ofHours(1));
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

    /** The index of the next token. */
    int next() {
        return sample[cursor++ & SAMPLE - 1];
    }

    /** Puts a token into the head that was read last. */
    void present(int index) {
        byte[] token = keys.text(index);
        System.arraycopy(token, 0, head.bytes(), head.valueFrom(head.authorization()) + 7,
                token.length);
    }

    /** The same, with one character of the secret changed: the checksum is wrong. */
    void presentMistyped(int index) {
        present(index);
        int last = head.valueFrom(head.authorization()) + 7 + keys.format().length() - 1;
        head.bytes()[last] = (byte) (head.bytes()[last] == '0' ? '1' : '0');
    }

    /** Reads a head with a token from its octets, as they came from the socket. */
    void readHead(int index) {
        received.readerIndex(0).setBytes(BEFORE.length(), keys.text(index));
        head.clear();
        if (head.read(received) != MessageHead.Progress.COMPLETE) {
            throw new IllegalStateException("the head was not read");
        }
    }

    /** The permit for the head. */
    Object permit() {
        Verdict verdict = judge();
        if (verdict.permit() == null) {
            throw new IllegalStateException("refused: " + verdict.refusal());
        }
        return verdict.permit();
    }

    /** Counts a refusal for the report to the origin, as the gateway does. */
    void count(Verdict verdict) {
        tally.count(verdict.reportedCode(), null, SOURCE.address(), verdict.route().name(),
                System.currentTimeMillis());
    }

    /** The verdict on the head. */
    Verdict judge() {
        Verdict verdict = new Verdict();
        judge.judge(routes, head, verdict, SOURCE, System.currentTimeMillis());
        return verdict;
    }
}
