package dev.portcullis.benchmarks.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that make changes at random, one after another each. Any thread may stop them. */
final class Operators implements AutoCloseable {
    private static final int PAUSE_MILLIS_MAX = 60;
    private static final int JOIN_MILLIS = 70_000;
    private static final int HOLDERS_MIN = 5;
    private static final int TOKENS_OF_A_NEW_HOLDER = 5;

    private final Changes changes;
    private final Population population;
    private final int tokensMin;
    private final AtomicInteger holders = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** Below so many free tokens more are made than ended. */
    Operators(Changes changes, Population population, int tokensMin) {
        this.changes = changes;
        this.population = population;
        this.tokensMin = tokensMin;
    }

    void start(int count, long seed) {
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed * 17 + i);
            Thread thread = new Thread(() -> work(random), "operator " + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void work(Random random) {
        try {
            while (!stopped) {
                change(random);
                Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void change(Random random) throws InterruptedException {
        int dice = random.nextInt(100);
        if (dice < 30 && population.freeSize() > tokensMin) {
            Credential credential = population.take(random);
            if (credential != null) {
                changes.revoke(credential);
            }
        } else if (dice < 40) {
            Credential credential = population.take(random);
            if (credential != null) {
                changes.rotate(credential);
            }
        } else if (dice < 60) {
            ofAHolder(dice, random);
        } else if (dice < 65) {
            keys(random);
        } else {
            create(random);
        }
    }

    private void ofAHolder(int dice, Random random) throws InterruptedException {
        Holder holder = population.takeHolder(random);
        if (holder == null) {
            return;
        }
        if (dice % 2 == 0) {
            changes.blockAndUnblock(holder, random);
        } else {
            changes.demoteAndPromote(holder, random);
        }
    }

    private void keys(Random random) throws InterruptedException {
        Holder holder = population.takeHolder(random);
        if (holder != null) {
            changes.keyThatExpires(holder, random);
        }
    }

    private void create(Random random) throws InterruptedException {
        if (population.freeHolders() < HOLDERS_MIN) {
            Holder holder = changes.createHolder(
                    "late-" + holders.incrementAndGet() + "-" + random.nextInt(1 << 30));
            for (int i = 0; i < TOKENS_OF_A_NEW_HOLDER; i++) {
                changes.create(holder);
            }
            return;
        }
        Holder holder = population.anyHolder(random);
        if (holder != null) {
            changes.create(holder);
        }
    }

    /** What they have asked is not waited for any more. */
    void interrupt() {
        stopped = true;
        threads.forEach(Thread::interrupt);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join(JOIN_MILLIS);
        }
    }
}
