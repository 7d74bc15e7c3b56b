package dev.portcullis.benchmarks.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * All tokens: those that work, and as many as are kept of those that have ended and go on being
 * presented. Any thread.
 */
final class Population {
    private static final int ENDED_MAX = 2_000;
    private static final int RECENT_MAX = 64;
    private static final double RECENT_SHARE = 0.3;

    private final List<ConcurrentLinkedQueue<Credential>> urgent = new ArrayList<>();

    // guarded by this
    private final List<Credential> all = new ArrayList<>();
    private final List<Credential> free = new ArrayList<>();
    private final List<Holder> freeHolders = new ArrayList<>();
    private final Deque<Credential> ended = new ArrayDeque<>();
    private final Deque<Credential> recent = new ArrayDeque<>();

    Population(int gateways) {
        for (int i = 0; i < gateways; i++) {
            urgent.add(new ConcurrentLinkedQueue<>());
        }
    }

    synchronized void add(Holder holder) {
        freeHolders.add(holder);
    }

    /** A new token; one that was exchanged is not changed by itself. */
    synchronized void add(Credential credential) {
        all.add(credential);
        if (!credential.wasExchanged()) {
            free.add(credential);
        }
        touch(credential);
    }

    /** Marks it as changed: it is presented to every gateway at once, and often for a while. */
    void touch(Credential credential) {
        synchronized (this) {
            recent.addLast(credential);
            if (recent.size() > RECENT_MAX) {
                recent.removeFirst();
            }
        }
        urgent.forEach(queue -> queue.add(credential));
    }

    /** What a gateway is to be asked next: what has just changed, else anything. */
    Credential pick(int gateway, Random random) {
        Credential first = urgent.get(gateway).poll();
        if (first != null) {
            return first;
        }
        synchronized (this) {
            if (!recent.isEmpty() && random.nextDouble() < RECENT_SHARE) {
                int skip = random.nextInt(recent.size());
                return recent.stream().skip(skip).findFirst().orElseThrow();
            }
            return all.get(random.nextInt(all.size()));
        }
    }

    /** Whether something has to be presented to that gateway at once. */
    boolean isUrgent(int gateway) {
        return !urgent.get(gateway).isEmpty();
    }

    /** A token that nobody else is changing, for the caller to change; null when there is none. */
    synchronized Credential take(Random random) {
        return free.isEmpty() ? null : free.remove(random.nextInt(free.size()));
    }

    /** The same for a user. */
    synchronized Holder takeHolder(Random random) {
        return freeHolders.isEmpty()
                ? null
                : freeHolders.remove(random.nextInt(freeHolders.size()));
    }

    synchronized void giveBack(Credential credential) {
        free.add(credential);
    }

    synchronized void giveBack(Holder holder) {
        freeHolders.add(holder);
    }

    synchronized int freeHolders() {
        return freeHolders.size();
    }

    /** Any user. */
    synchronized Holder anyHolder(Random random) {
        return freeHolders.isEmpty() ? null : freeHolders.get(random.nextInt(freeHolders.size()));
    }

    /** A token has ended; it goes on being presented until there are too many of them. */
    synchronized void ended(Credential credential) {
        ended.addLast(credential);
        if (ended.size() > ENDED_MAX) {
            all.remove(ended.removeFirst());
        }
    }

    synchronized int size() {
        return all.size();
    }

    synchronized int endedSize() {
        return ended.size();
    }

    synchronized int freeSize() {
        return free.size();
    }

    /** Presents every token to every gateway. */
    void touchAll() {
        List<Credential> copy;
        synchronized (this) {
            copy = List.copyOf(all);
        }
        urgent.forEach(queue -> queue.addAll(copy));
    }
}
