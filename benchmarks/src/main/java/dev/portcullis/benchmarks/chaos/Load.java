package dev.portcullis.benchmarks.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Constant load on every gateway, a thread for each connection. Any thread may stop it. */
final class Load implements AutoCloseable {
    private static final double WRITES = 0.3;
    private static final long RECONNECT_MILLIS = 100;
    private static final int JOIN_MILLIS = 5_000;

    private final Population population;
    private final Tally tally;
    private final long intervalNanos;
    private final List<Thread> threads = new ArrayList<>();
    private final List<LoadConnection> connections = new ArrayList<>();
    private volatile boolean stopped;

    /** Of so many requests a second on each connection. */
    Load(Population population, Tally tally, double ratePerConnection) {
        this.population = population;
        this.tally = tally;
        this.intervalNanos = (long) (TimeUnit.SECONDS.toNanos(1) / ratePerConnection);
    }

    /** Opens so many connections to a gateway and begins. */
    void start(int gateway, int port, int count, long seed) {
        for (int i = 0; i < count; i++) {
            LoadConnection connection = new LoadConnection(port);
            Random random = new Random(seed * 31 + gateway * 1_000L + i);
            Thread thread = new Thread(() -> drive(gateway, connection, random),
                    "load " + (gateway + 1) + "." + i);
            thread.setDaemon(true);
            connections.add(connection);
            threads.add(thread);
            thread.start();
        }
    }

    private void drive(int gateway, LoadConnection connection, Random random) {
        long due = System.nanoTime() + random.nextInt((int) Math.min(intervalNanos, 1 << 30));
        try {
            while (!stopped) {
                long now = System.nanoTime();
                if (due - now > 0 && !population.isUrgent(gateway)) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(due - now, 5_000_000));
                    continue;
                }
                // what was missed while a gateway stood still is not made up for
                due = Math.max(due, now - intervalNanos) + intervalNanos;
                ask(gateway, connection, population.pick(gateway, random),
                        random.nextDouble() < WRITES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(
            int gateway, LoadConnection connection, Credential credential, boolean writes)
            throws InterruptedException {
        long sent = System.nanoTime();
        int status;
        try {
            connection.open();
            // only now is it sent
            sent = System.nanoTime();
            status = connection.ask(credential.text(), writes);
        } catch (IOException | RuntimeException e) {
            if (stopped) {
                return;
            }
            status = 0;
        }
        tally.count(new Tally.Answer(gateway, credential, writes, status), sent,
                System.nanoTime());
        if (status == 0) {
            Thread.sleep(RECONNECT_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        for (LoadConnection connection : connections) {
            connection.close();
        }
        for (Thread thread : threads) {
            thread.interrupt();
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
