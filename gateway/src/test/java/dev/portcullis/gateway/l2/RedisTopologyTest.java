package dev.portcullis.gateway.l2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.RedisClusterProcesses;
import dev.portcullis.gateway.testkit.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real servers that take one another's place: a cluster, and a master under sentinels. */
@Timeout(180)
class RedisTopologyTest {
    private static final String MASTER = "records";

    @TempDir Path directory;

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
                    List.of(Asking.node(one), Asking.node(two), Asking.node(three)),
                    new RedisConfig.Sentinels(MASTER, null, null), null, null, false, null,
                    Asking.PATIENT, Duration.ofMinutes(10));
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

    // ------------------------------------------------------------------------------ passwords

    private RedisPassword password(String name, String text) throws IOException {
        return RedisPassword.in(Files.writeString(directory.resolve(name), text));
    }

    /** A master, and a sentinel that knows it, each with a password of its own. */
    private void underALockedSentinel(RedisConfig.Sentinels who, Consumer<Asking> test,
            String... sentinel) throws IOException {
        try (RedisProcess master = RedisProcess.start("--requirepass", "of the master");
                RedisProcess watcher = RedisProcess.sentinel(MASTER, master.port(), 1,
                        Stream.concat(
                                Stream.of("sentinel auth-pass " + MASTER + " \"of the master\""),
                                Stream.of(sentinel)).toArray(String[]::new));
                Asking cache = new Asking(new RedisConfig(RedisConfig.Mode.SENTINEL,
                        List.of(Asking.node(watcher)), who, null,
                        password("master", "of the master"), false, null, Asking.PATIENT,
                        Duration.ofMinutes(10)))) {
            test.accept(cache);
        }
    }

    @Test
    void sentinelWithAPassword_isGivenItsOwn() throws Exception {
        underALockedSentinel(
                new RedisConfig.Sentinels(MASTER, null, password("sentinel", "of the sentinel")),
                cache -> {
                    cache.connected();
                    assertThat(cache.put(Asking.KEY)).isEqualTo(CacheOutcome.HIT);
                    assertThat(cache.outcome(Asking.KEY)).isEqualTo(CacheOutcome.HIT);
                },
                "requirepass \"of the sentinel\"");
    }

    @Test
    void userOfASentinelWhoMayAskForTheMaster_finds() throws Exception {
        underALockedSentinel(
                new RedisConfig.Sentinels(MASTER, "portcullis", password("sentinel", "right")),
                cache -> assertThat(cache.connected().put(Asking.KEY))
                        .isEqualTo(CacheOutcome.HIT),
                "user default off", "user portcullis on >right "
                        + documented("user SENTINEL on >\\.\\.\\. ([^`\n]+)"));
    }

    @Test
    void sentinelThatIsGivenNoPassword_isSaidToWantOne_andIsNeverGivenTheMasters()
            throws Exception {
        underALockedSentinel(
                new RedisConfig.Sentinels(MASTER, null, null),
                cache -> {
                    Awaitility.await().until(() -> !cache.logged().isEmpty());
                    assertThat(cache.outcome(Asking.KEY)).isEqualTo(CacheOutcome.DISCONNECTED);
                    assertThat(cache.logged().toString())
                            .contains("NOAUTH").doesNotContain("of the master");
                },
                "requirepass \"of the sentinel\"");
    }

    /** What docs/redis.md says that a user needs. */
    private static String documented(String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern)
                .matcher(Files.readString(Path.of("..", "docs", "redis.md")));
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    @Test
    void userWhoMayWhatTheDocumentationSays_servesInACluster() throws Exception {
        List<String> rules = new ArrayList<>(
                List.of("ACL", "SETUSER", "portcullis", "on", ">right"));
        String alone = documented("ACL SETUSER portcullis on >\\.\\.\\. ([^`\n]+)");
        String cluster = documented("a cluster also `([^`]+)`");
        rules.addAll(List.of((alone + " " + cluster).split(" ")));
        try (RedisClusterProcesses servers = RedisClusterProcesses.start()) {
            servers.nodes.forEach(node -> {
                assertThat(node.ask(rules.toArray(String[]::new))).isEqualTo("OK");
                node.ask("ACL", "LOG", "RESET");
            });
            RedisConfig config = new RedisConfig(RedisConfig.Mode.CLUSTER,
                    servers.nodes.stream().map(Asking::node).toList(), null, "portcullis",
                    password("cluster", "right"), false, null, Asking.PATIENT,
                    Duration.ofMinutes(10));
            try (Asking cache = new Asking(config).connected()) {
                for (int i = 0; i < 50; i++) {
                    String key = key(i);
                    Awaitility.await().until(() -> cache.put(key) == CacheOutcome.HIT);
                    assertThat(cache.outcome(key)).isEqualTo(CacheOutcome.HIT);
                }
                // looking for where the keys are, once more, is part of it
                int victim = servers.masterOf(key(0));
                servers.nodes.get(victim).kill();
                Awaitility.await().atMost(Duration.ofSeconds(90)).until(
                        () -> cache.put(key(0)) == CacheOutcome.HIT);
                assertThat(cache.outcome("elsewhere")).isNotEqualTo(CacheOutcome.MISS);
                for (int i = 0; i < servers.nodes.size(); i++) {
                    if (i != victim) {
                        // what was refused, but for the key that is none of ours
                        assertThat(servers.nodes.get(i).ask("ACL", "LOG"))
                                .doesNotContain("reason\ncommand");
                    }
                }
            }
        }
    }
}
