package dev.portcullis.gateway.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A real cluster of six: three masters, each with one replica. */
public final class RedisClusterProcesses implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    /** After so long without a word a node counts as dead, in milliseconds. */
    private static final String NODE_TIMEOUT = "1000";

    /** The masters, then the replica of each, in the same order. */
    public final List<RedisProcess> nodes = new ArrayList<>();

    private RedisClusterProcesses() {}

    /** Six nodes that agree. */
    public static RedisClusterProcesses start() {
        RedisClusterProcesses cluster = new RedisClusterProcesses();
        try {
            for (int i = 0; i < 2 * MASTERS; i++) {
                cluster.nodes.add(RedisProcess.start(
                        "--cluster-enabled", "yes",
                        "--cluster-node-timeout", NODE_TIMEOUT,
                        "--cluster-replica-validity-factor", "0",
                        "--repl-diskless-sync", "yes",
                        "--repl-diskless-sync-delay", "0"));
            }
            cluster.join();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void join() {
        RedisProcess first = nodes.get(0);
        for (int i = 0; i < nodes.size(); i++) {
            expectOk(nodes.get(i).ask("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1)));
            expectOk(first.ask(
                    "CLUSTER", "MEET", "127.0.0.1", Integer.toString(nodes.get(i).port())));
        }
        for (int i = 0; i < MASTERS; i++) {
            List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS)
                    .forEach(slot -> words.add(Integer.toString(slot)));
            expectOk(nodes.get(i).ask(words.toArray(new String[0])));
        }
        Awaitility.await().until(() -> nodes.stream().allMatch(
                node -> node.ask("CLUSTER", "NODES").lines().count() == nodes.size()));
        for (int i = 0; i < MASTERS; i++) {
            String master = nodes.get(i).ask("CLUSTER", "MYID");
            expectOk(nodes.get(MASTERS + i).ask("CLUSTER", "REPLICATE", master));
        }
        Awaitility.await().until(() -> nodes.stream().allMatch(RedisClusterProcesses::agrees)
                && nodes.subList(MASTERS, 2 * MASTERS).stream().allMatch(
                        node -> node.ask("INFO", "replication").contains("link_status:up")));
    }

    private static boolean agrees(RedisProcess node) {
        String info = node.ask("CLUSTER", "INFO");
        return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS);
    }

    private static void expectOk(String answer) {
        if (!answer.equals("OK")) {
            throw new IllegalStateException(answer);
        }
    }

    /** The number of the master that a key belongs to. */
    public int masterOf(String key) {
        int slot = Integer.parseInt(nodes.get(0).ask("CLUSTER", "KEYSLOT", key));
        int master = 0;
        while (slot >= SLOTS * (master + 1) / MASTERS) {
            master++;
        }
        return master;
    }

    /** The replica of a master, by that one's number. */
    public RedisProcess replicaOf(int master) {
        return nodes.get(MASTERS + master);
    }

    @Override
    public void close() {
        nodes.forEach(RedisProcess::close);
    }
}
