package dev.portcullis.gateway.l2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.RedisClusterProcesses;
import dev.portcullis.gateway.testkit.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real servers that take one another's place: a cluster, and a master under sentinels. */
@Timeout(180)
class RedisTopologyTest {
    private static final String MASTER = "records";

    private static RedisConfig cluster(RedisClusterProcesses cluster) {
        return new RedisConfig(RedisConfig.Mode.CLUSTER,
                cluster.nodes.stream().map(Asking::node).toList(), null, null, null,
                false, null, Asking.PATIENT, Duration.ofMinutes(10));
    }

    private static String key(int i) {
        return "pc:k1:c:x%011d".formatted(i);
    }

    @Test
    void cluster_keepsEachKeyWhereItBelongs_andSurvivesAFailoverThatLosesWrites() {
        try (RedisClusterProcesses cluster = RedisClusterProcesses.start();
                Asking cache = new Asking(cluster(cluster)).connected()) {
            for (int i = 0; i < 100; i++) {
                String key = key(i);
                Awaitility.await().until(() -> cache.put(key) == CacheOutcome.HIT);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(cluster.nodes.get(cluster.masterOf(key(i))).ask("EXISTS", key(i)))
                        .isEqualTo("1");
            }
            int victim = cluster.masterOf(key(0));
            String lost = key(0);
            List<String> others = IntStream.range(0, 100).mapToObj(i -> key(i))
                    .filter(key -> cluster.masterOf(key) != victim).toList();
            // the last write does not reach the replica, which then takes the master's place
            Awaitility.await().until(
                    () -> !cluster.replicaOf(victim).ask("DBSIZE").equals("0"));
            cluster.replicaOf(victim).freeze();
            cluster.nodes.get(victim).ask("CLIENT", "KILL", "TYPE", "replica");
            cluster.nodes.get(victim).ask("SET", lost, "newer");
            cluster.nodes.get(victim).kill();
            cluster.replicaOf(victim).thaw();
            List<CacheOutcome> seen = new ArrayList<>();
            Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> {
                seen.add(cache.outcome(lost));
                return seen.get(seen.size() - 1) == CacheOutcome.HIT;
            });
            // what was overwritten is back: that is why nothing in here is believed as it stands
            assertThat(cache.get(lost).value()).isEqualTo(Asking.VALUE);
            // and the keys of the others have stayed where they were
            assertThat(others).isNotEmpty().allSatisfy(key -> Awaitility.await()
                    .until(() -> cache.outcome(key) == CacheOutcome.HIT));
        }
    }

    @Test
    void sentinels_tellWhoIsTheMasterNow() {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.start(
                        "--replicaof", "127.0.0.1", Integer.toString(master.port()),
                        "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0");
                RedisProcess one = RedisProcess.sentinel(MASTER, master.port(), 2);
                RedisProcess two = RedisProcess.sentinel(MASTER, master.port(), 2);
                RedisProcess three = RedisProcess.sentinel(MASTER, master.port(), 2)) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> List.of(one, two, three)
                    .stream().allMatch(sentinel -> sentinel.ask("INFO", "sentinel")
                            .contains("slaves=1,sentinels=3")));
            RedisConfig config = new RedisConfig(RedisConfig.Mode.SENTINEL,
                    List.of(Asking.node(one), Asking.node(two), Asking.node(three)), MASTER,
                    null, null, false, null, Asking.PATIENT, Duration.ofMinutes(10));
            try (Asking cache = new Asking(config).connected()) {
                assertThat(cache.put(Asking.KEY)).isEqualTo(CacheOutcome.HIT);
                Awaitility.await().until(
                        () -> replica.ask("EXISTS", Asking.KEY).equals("1"));
                master.kill();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(
                        () -> cache.outcome(Asking.KEY) == CacheOutcome.HIT
                                && cache.put(Asking.KEY) == CacheOutcome.HIT);
                assertThat(replica.ask("ROLE")).startsWith("master");
                assertThat(cache.server.connected()).isTrue();
            }
        }
    }
}
