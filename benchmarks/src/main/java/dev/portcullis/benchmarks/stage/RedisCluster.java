package dev.portcullis.benchmarks.stage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis cluster of three masters with a replica each, without persistence. Every node announces
 * the port of a relay, through which clients and the other nodes' replication reach it; the
 * cluster's own gossip goes directly.
 */
public final class RedisCluster {
    private static final byte[] MASTER = "master".getBytes(StandardCharsets.US_ASCII);
    /** Where a node listens for the others, above its own port: that of Redis 6 is fixed. */
    private static final int BUS_OFFSET = 10_000;

    private static final int MASTERS = 3;
    private static final int NODES = 6;
    private static final int SLOTS = 16_384;
    private static final int PATIENCE_SECONDS = 60;

    private final Stage stage;
    private final Path program;
    private final List<Node> nodes = new ArrayList<>();

    private RedisCluster(Stage stage, Path program) {
        this.stage = stage;
        this.program = program;
    }

    /** One process of the cluster. */
    public final class Node {
        private final String name;
        private final int port;
        private final int busPort;
        private final Relay relay;
        private Process process;

        private Node(int number) throws IOException {
            name = "redis-" + number;
            port = Stage.freePortWithAnother(BUS_OFFSET);
            busPort = port + BUS_OFFSET;
            relay = stage.keep(new Relay(name, port));
        }

        /** How it is called in messages. */
        public String name() {
            return name;
        }

        /** Where clients reach it. */
        public Relay relay() {
            return relay;
        }

        /** Its process of the moment. */
        public Process process() {
            return process;
        }

        /** A connection past the relay. */
        public Resp connect() throws IOException {
            return new Resp(port);
        }

        /** Starts it anew; what it knew of the cluster it has kept, and no data. */
        public void start() throws IOException {
            process = stage.start(name, List.of(program.toString(),
                    "--port", Integer.toString(port), "--bind", "127.0.0.1",
                    "--cluster-enabled", "yes", "--cluster-config-file", name + ".conf",
                    "--cluster-node-timeout", "1500", "--cluster-replica-validity-factor", "0",
                    "--cluster-require-full-coverage", "no",
                    "--cluster-announce-ip", "127.0.0.1",
                    "--cluster-announce-port", Integer.toString(relay.port()),
                    "--cluster-announce-bus-port", Integer.toString(busPort),
                    "--save", "", "--appendonly", "no", "--repl-diskless-sync", "yes",
                    "--repl-diskless-sync-delay", "0", "--dir", "."));
        }

        /** Ends it as {@code kill -9} does. */
        public void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        /** Whether it serves as a master now. */
        public boolean isMaster() {
            try (Resp resp = connect()) {
                List<?> role = (List<?>) resp.ask("ROLE");
                return Arrays.equals((byte[]) role.get(0), MASTER);
            } catch (IOException e) {
                return false;
            }
        }

        /** Of the cluster, as it gives itself. */
        String id() throws IOException {
            try (Resp resp = connect()) {
                return resp.text("CLUSTER", "MYID");
            }
        }
    }

    /** Starts the nodes and joins them. */
    public static RedisCluster start(Stage stage) throws Exception {
        Path bundled = ExecutableProvider.newJarResourceProvider(
                Files.createDirectories(stage.folder().resolve("redis-bundled")).toFile())
                .get().toPath();
        RedisCluster cluster = new RedisCluster(stage, bundled.toAbsolutePath());
        for (int i = 0; i < NODES; i++) {
            Node node = cluster.new Node(i);
            node.start();
            cluster.nodes.add(node);
        }
        for (Node node : cluster.nodes) {
            cluster.await(() -> answers(node), node.name + " does not answer");
        }
        cluster.join();
        return cluster;
    }

    private interface Check {
        boolean holds() throws IOException;
    }

    private void await(Check check, String otherwise) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (!holds(check)) {
            if (System.nanoTime() > deadline) {
                throw new IOException(otherwise + "\n" + stage.lastWords(nodes.get(0).name));
            }
            Thread.sleep(50);
        }
    }

    private static boolean holds(Check check) {
        try {
            return check.holds();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean answers(Node node) throws IOException {
        try (Resp resp = node.connect()) {
            return resp.text("PING").equals("PONG");
        }
    }

    private void join() throws IOException, InterruptedException {
        for (int i = 0; i < MASTERS; i++) {
            try (Resp resp = nodes.get(i).connect()) {
                List<Object> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
                for (int slot = SLOTS * i / MASTERS; slot < SLOTS * (i + 1) / MASTERS; slot++) {
                    words.add(slot);
                }
                resp.ask(words.toArray());
                resp.ask("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            }
        }
        for (Node other : nodes.subList(1, NODES)) {
            try (Resp resp = nodes.get(0).connect()) {
                resp.ask("CLUSTER", "MEET", "127.0.0.1", other.port, other.busPort);
            }
        }
        await(() -> nodes.stream().allMatch(RedisCluster::knowsAll), "Redis nodes did not meet");
        for (int i = MASTERS; i < NODES; i++) {
            try (Resp resp = nodes.get(i).connect()) {
                resp.ask("CLUSTER", "REPLICATE", nodes.get(i - MASTERS).id());
            }
        }
        await(this::isWhole, "the Redis cluster did not come up");
    }

    private static boolean knowsAll(Node node) {
        try (Resp resp = node.connect()) {
            return resp.text("CLUSTER", "INFO").contains("cluster_known_nodes:" + NODES);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether every node finds the cluster in order, with three masters and three replicas. */
    public boolean isWhole() {
        for (Node node : nodes) {
            try (Resp resp = node.connect()) {
                if (!resp.text("CLUSTER", "INFO").contains("cluster_state:ok")
                        || resp.text("CLUSTER", "NODES").contains("fail")) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return masters().size() == MASTERS;
    }

    /** All six, in an order that does not change. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Those that are masters now and can be asked. */
    public List<Node> masters() {
        return nodes.stream().filter(Node::isMaster).toList();
    }

    /** The replica of a master, or null. */
    public Node replicaOf(Node master) throws IOException {
        String id = master.id();
        for (Node node : nodes) {
            try (Resp resp = node.connect()) {
                for (String line : resp.text("CLUSTER", "NODES").split("\n")) {
                    String[] words = line.split(" ");
                    if (words[2].contains("myself") && words[3].equals(id)) {
                        return node;
                    }
                }
            } catch (IOException e) {
                // that one is down
            }
        }
        return null;
    }

    /**
     * Forgets everything, on all masters.
     *
     * @return how many keys there were
     */
    public long flushAll() throws IOException {
        long keys = 0;
        for (Node master : masters()) {
            try (Resp resp = master.connect()) {
                keys += (Long) resp.ask("DBSIZE");
                resp.ask("FLUSHALL");
            }
        }
        return keys;
    }

    /** Where the gateways are told to begin. */
    public List<Integer> relayPorts() {
        return nodes.stream().map(node -> node.relay.port()).toList();
    }
}
