package dev.portcullis.benchmarks.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Real servers are started, hurt, healed, and nothing of them is left. */
class StageTest {
    @Test
    void postgres_keepsWhatWasCommittedWhenItIsKilled() throws Exception {
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        Path folder;
        try (Stage stage = new Stage("test")) {
            folder = stage.folder();
            Postgres postgres = Postgres.start(stage);
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE t AS SELECT 7 AS n");
            }
            postgres.kill();
            assertThat(postgres.answers()).isFalse();
            postgres.start();
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement()) {
                var rows = statement.executeQuery("SELECT n FROM t");
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(7);
            }
            postgres.stop();
            postgres.start();
            assertThat(postgres.answers()).isTrue();
        }
        assertThat(Files.exists(folder)).isFalse();
        assertNoneIsLeft(before);
    }

    @Test
    void redisCluster_isReachedThroughItsRelaysAndFailsOver() throws Exception {
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        try (Stage stage = new Stage("test")) {
            RedisCluster cluster = RedisCluster.start(stage);
            assertThat(cluster.masters()).hasSize(3);
            try (Resp resp = new Resp(cluster.relayPorts().get(0))) {
                assertThat(resp.text("PING")).isEqualTo("PONG");
                // what clients are told of is the relays
                String slots = told(resp.ask("CLUSTER", "SLOTS"));
                cluster.relayPorts().forEach(port ->
                        assertThat(slots).contains(Integer.toString(port)));
            }
            RedisCluster.Node master = cluster.masters().get(0);
            RedisCluster.Node replica = cluster.replicaOf(master);
            assertThat(replica).isNotNull();
            master.process().destroyForcibly().waitFor();
            awaitTrue(replica::isMaster);
            master.start();
            awaitTrue(cluster::isWhole);
            cluster.flushAll();
        }
        assertNoneIsLeft(before);
    }

    private static String told(Object answer) {
        if (answer instanceof List<?> list) {
            StringBuilder all = new StringBuilder();
            list.forEach(item -> all.append(told(item)).append(' '));
            return all.toString();
        }
        return answer instanceof byte[] octets
                ? new String(octets, StandardCharsets.UTF_8)
                : String.valueOf(answer);
    }

    private static void awaitTrue(BooleanSupplier check) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!check.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static void assertNoneIsLeft(List<ProcessHandle> before) {
        List<ProcessHandle> left = ProcessHandle.current().descendants()
                .filter(process -> !before.contains(process))
                .toList();
        assertThat(left).allSatisfy(
                process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10)));
    }
}
