package dev.portcullis.cli.simulation;

import dev.portcullis.gateway.l2.CacheOutcome;
import dev.portcullis.gateway.l2.CacheServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The shared cache at its worst: it forgets nothing, and hands out what was kept last, or long ago,
 * or under another key, or what nobody ever kept.
 */
final class SimCache {
    private final World world;
    private final Faults faults;
    private final Map<String, List<byte[]>> kept = new LinkedHashMap<>();

    SimCache(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    /** As one gateway reaches it. */
    CacheServer from(Machine gateway) {
        return new Link(gateway);
    }

    private final class Link implements CacheServer {
        private final SimThread thread;

        Link(Machine gateway) {
            this.thread = new SimThread(gateway);
        }

        private void later(Runnable task) {
            world.in(world.between(100_000, 20 * World.MILLI), () -> {
                if (!thread.isShutdown()) {
                    thread.execute(task);
                }
            });
        }

        @Override
        public void get(String key, Reply reply) {
            List<byte[]> values = kept.getOrDefault(key, List.of());
            if (faults.active() && world.chance(0.05)) {
                later(() -> reply.answered(null, CacheOutcome.FAILED));
            } else if (values.isEmpty()) {
                later(() -> reply.answered(null, CacheOutcome.MISS));
            } else {
                byte[] value = choose(values);
                later(() -> reply.answered(value, CacheOutcome.HIT));
            }
        }

        private byte[] choose(List<byte[]> values) {
            byte[] last = values.get(values.size() - 1);
            if (!faults.active()) {
                return last;
            }
            return switch (world.random.nextInt(8)) {
                case 0, 1, 2 -> values.get(world.random.nextInt(values.size()));
                case 3 -> foreign();
                case 4 -> forged(last);
                default -> last;
            };
        }

        private byte[] foreign() {
            List<List<byte[]>> all = new ArrayList<>(kept.values());
            List<byte[]> values = all.get(world.random.nextInt(all.size()));
            return values.get(world.random.nextInt(values.size()));
        }

        private byte[] forged(byte[] value) {
            byte[] other = value.clone();
            other[world.random.nextInt(other.length)] ^= (byte) (1 << world.random.nextInt(8));
            return other;
        }

        @Override
        public void put(String key, byte[] value, Duration ttl, Consumer<CacheOutcome> done) {
            later(() -> {
                kept.computeIfAbsent(key, each -> new ArrayList<>()).add(value);
                done.accept(CacheOutcome.HIT);
            });
        }

        @Override
        public boolean connected() {
            return true;
        }

        @Override
        public int resting() {
            return 0;
        }

        @Override
        public long failedConnects() {
            return 0;
        }

        @Override
        public void close() {
            // what was kept stays
        }
    }
}
