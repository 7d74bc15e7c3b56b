package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.stage.Deployment;
import dev.portcullis.benchmarks.stage.RedisCluster;
import dev.portcullis.benchmarks.stage.Resp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Puts records back into Redis that were there before the revocation of their credentials, seal and
 * all, and shows those credentials to every gateway. For one thread.
 */
final class StaleRecords {
    private static final int RECORDS = 10;
    private static final int TTL_SECONDS = 600;

    /** Beside another fault each revocation may take long. */
    private static final int SECONDS_MAX = 5;

    private final Deployment deployment;
    private final Population population;
    private final Changes changes;
    private final List<Credential> ended = new ArrayList<>();
    private int planted;

    StaleRecords(Deployment deployment, Population population, Changes changes) {
        this.deployment = deployment;
        this.population = population;
        this.changes = changes;
    }

    /** A record as it is in Redis. */
    private record Stored(RedisCluster.Node master, byte[] key, byte[] value) {}

    /** How many were planted so far. */
    int planted() {
        return planted;
    }

    /** Copies, revokes, puts back. */
    void plant(Random random) throws IOException, InterruptedException {
        ended.clear();
        Map<String, List<Stored>> records = records();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        for (int i = 0; i < RECORDS && System.nanoTime() - end < 0; i++) {
            Credential credential = population.take(random);
            if (credential == null) {
                break;
            }
            List<Stored> copies = records.getOrDefault(credential.id(), List.of());
            if (copies.isEmpty()) {
                population.giveBack(credential);
                continue;
            }
            // presented only when the old record is back: a gateway that has read the new one
            // from the origin would not ask Redis any more
            changes.revokeUnpresented(credential);
            ended.add(credential);
            copies.forEach(this::putBack);
        }
        present();
    }

    private void putBack(Stored stored) {
        try (Resp resp = stored.master.connect()) {
            resp.ask("SET", stored.key, stored.value, "EX", TTL_SECONDS);
            planted++;
        } catch (IOException e) {
            // that master is down or no master any more: this one is not planted
        }
    }

    /** Shows them to every gateway. */
    void present() {
        ended.forEach(population::touch);
    }

    /** What is stored, by the prefix at the end of its key. */
    private Map<String, List<Stored>> records() throws IOException {
        Map<String, List<Stored>> records = new HashMap<>();
        for (RedisCluster.Node master : deployment.redis().masters()) {
            try (Resp resp = master.connect()) {
                for (Object key : (List<?>) resp.ask("KEYS", "*")) {
                    byte[] name = (byte[]) key;
                    byte[] value = (byte[]) resp.ask("GET", name);
                    if (value != null) {
                        String text = new String(name, StandardCharsets.UTF_8);
                        records.computeIfAbsent(text.substring(text.lastIndexOf(':') + 1),
                                absent -> new ArrayList<>())
                                .add(new Stored(master, name, Arrays.copyOf(value, value.length)));
                    }
                }
            }
        }
        return records;
    }
}
