package dev.portcullis.benchmarks.compare;

import dev.portcullis.benchmarks.Zipf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The client that drives a proxy. It serves commands from standard input, one line each, {@code run
 * <port> <connections> <warm-up ms> <measured ms> <rate>}: prints {@code begin} and {@code end}
 * around what it measures, then {@code result} and its figures. A rate of 0 is a closed loop: every
 * connection sends again when it has its answer. Any other is that many requests a second by
 * schedule, whatever the answers do, and latency counts from the scheduled instant.
 *
 * <p>All state belongs to the one event loop.
 */
public final class Load {
    static final byte[] CONTENT_LENGTH = "content-length".getBytes(StandardCharsets.US_ASCII);

    private static final int SAMPLE = 1 << 16;
    private static final long LATENCY_MAX = TimeUnit.SECONDS.toNanos(60);

    private final EventLoop loop;
    private final ByteBuf[] requests;
    private final int[] sample;
    private final Histogram latencies = new Histogram(LATENCY_MAX, 3);
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final List<LoadConnection> connections = new ArrayList<>();
    private int cursor;

    private Run run;
    private boolean sending;
    private boolean measuring;
    private long startedAt;
    private long measuredFrom;
    private long measuredTo;
    private long measured;
    private long sent;
    private long total;
    private long bad;
    private String failure;

    /** One command. A rate of 0 is a closed loop. */
    private record Run(int port, int connections, long warmUpMillis, long millis, int rate) {}

    private Load(EventLoop loop, List<String> tokens) {
        this.loop = loop;
        Random random = new Random(3);
        this.sample = new Zipf(tokens.size()).sample(SAMPLE, random);
        this.requests = tokens.stream().map(Load::request).toArray(ByteBuf[]::new);
    }

    /** Argument: the file of tokens. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Load load = new Load(
                Transport.oneLoop().next(), Files.readAllLines(Path.of(arguments[0])));
        System.out.println("ready");
        BufferedReader in = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            load.perform(new Run(
                    Integer.parseInt(words[1]), Integer.parseInt(words[2]),
                    Long.parseLong(words[3]), Long.parseLong(words[4]),
                    Integer.parseInt(words[5])));
        }
        System.exit(0);
    }

    private static ByteBuf request(String token) {
        byte[] text = ("GET /orders/42 HTTP/1.1\r\nHost: api.example.com\r\n"
                + "User-Agent: load\r\nAccept: */*\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuf request = Unpooled.directBuffer(text.length).writeBytes(text);
        return Unpooled.unreleasableBuffer(request).asReadOnly();
    }

    private void perform(Run command) throws InterruptedException {
        loop.submit(() -> start(command)).sync();
        Thread.sleep(command.warmUpMillis);
        loop.submit(() -> measure(true)).sync();
        Thread.sleep(command.millis);
        loop.submit(() -> measure(false)).sync();
        loop.submit(() -> sending = false).sync();
        for (int i = 0; i < 1_000 && loop.submit(this::underWay).sync().getNow(); i++) {
            Thread.sleep(10);
        }
        loop.submit(this::finish).sync();
    }

    private void start(Run command) {
        run = command;
        sending = true;
        measuring = false;
        measured = 0;
        measuredFrom = Long.MAX_VALUE;
        latencies.reset();
        idle.clear();
        waiting.clear();
        connections.clear();
        sent = 0;
        total = 0;
        bad = 0;
        failure = null;
        startedAt = System.nanoTime();
        for (int i = 0; i < run.connections; i++) {
            LoadConnection connection = new LoadConnection(this);
            Transport.client(loop, run.port).handler(connection).connect().addListener(done -> {
                if (done.isSuccess()) {
                    connections.add(connection);
                } else {
                    failed(done.cause().toString());
                }
            });
        }
        if (run.rate > 0) {
            sendWhatIsDue();
        }
    }

    private void measure(boolean on) {
        measuring = on;
        if (on) {
            measuredFrom = System.nanoTime();
            measuredTo = Long.MAX_VALUE;
        } else {
            measuredTo = System.nanoTime();
        }
        System.out.println(on ? "begin" : "end");
    }

    /** A connection may take the next request. */
    void idle(LoadConnection connection) {
        if (run.rate == 0) {
            if (sending) {
                connection.send(next(), System.nanoTime());
            }
        } else if (waiting.isEmpty()) {
            idle.addLast(connection);
        } else {
            connection.send(next(), waiting.removeFirst());
        }
    }

    /** An answer is complete. */
    void answered(LoadConnection connection, boolean good, long scheduledAt) {
        total++;
        if (!good) {
            bad++;
        }
        if (measuring) {
            measured++;
        }
        // what was due while measuring counts even when its answer comes late: stalls do not hide
        if (scheduledAt >= measuredFrom && scheduledAt < measuredTo) {
            latencies.recordValue(Math.min(System.nanoTime() - scheduledAt, LATENCY_MAX));
        }
        idle(connection);
    }

    /** A connection is lost. */
    void failed(String reason) {
        bad++;
        failure = reason;
    }

    private void sendWhatIsDue() {
        if (!sending) {
            return;
        }
        long now = System.nanoTime();
        long due = startedAt + sent * TimeUnit.SECONDS.toNanos(1) / run.rate;
        while (due <= now) {
            LoadConnection connection = idle.pollFirst();
            if (connection == null) {
                waiting.addLast(due);
            } else {
                connection.send(next(), due);
            }
            sent++;
            due = startedAt + sent * TimeUnit.SECONDS.toNanos(1) / run.rate;
        }
        loop.schedule(this::sendWhatIsDue, due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private ByteBuf next() {
        return requests[sample[cursor++ & SAMPLE - 1]];
    }

    private boolean underWay() {
        return !waiting.isEmpty() || connections.stream().anyMatch(LoadConnection::busy);
    }

    private void finish() {
        bad += waiting.size() + connections.stream().filter(LoadConnection::busy).count();
        connections.forEach(LoadConnection::close);
        System.out.printf("result %d %d %d %d %d %d %d %s%n",
                measured, measuredTo - measuredFrom,
                latencies.getValueAtPercentile(50), latencies.getValueAtPercentile(99),
                latencies.getValueAtPercentile(99.9), total, bad,
                failure == null ? "-" : failure);
    }
}
