package dev.portcullis.benchmarks.stage;

import dev.portcullis.benchmarks.agent.AgentJar;
import dev.portcullis.benchmarks.agent.Mistake;
import dev.portcullis.proto.admin.v1.EnrollGatewayRequest;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc;
import io.grpc.ManagedChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Replicas of the admin-service and gateways, in front of one upstream. A relay stands between each
 * gateway and each replica, between each replica and PostgreSQL, and before each node of Redis.
 */
public final class Deployment implements AutoCloseable {
    private static final List<String> ADMIN_LISTENS =
            List.of("admin_listen", "rest_listen", "management_listen", "origin_listen");
    private static final List<String> GATEWAY_LISTENS = List.of("listen", "management_listen");
    private static final String ENROLLMENT = "stage";

    private final Shape shape;
    private final Stage stage;
    private final Postgres postgres;
    private final RedisCluster redis;
    private final List<Program> replicas = new ArrayList<>();
    private final List<Program> gateways = new ArrayList<>();
    private final List<Relay> databaseRelays = new ArrayList<>();
    private final List<List<Relay>> originRelays = new ArrayList<>();
    private String adminToken;
    private Path gatewayToken;

    /**
     * What is set up.
     *
     * @param replicas of the admin-service; several need PostgreSQL
     * @param gateways how many
     * @param postgres whether there is PostgreSQL; else SQLite
     * @param redis whether there is a Redis cluster
     * @param maxStaleness how long a lease is
     * @param patched whether the clocks of gateways can be set
     * @param mistake that patched gateways make; null for none
     */
    public record Shape(
            int replicas,
            int gateways,
            boolean postgres,
            boolean redis,
            Duration maxStaleness,
            boolean patched,
            Mistake mistake) {

        /** Of the product as it is. */
        public Shape(
                int replicas, int gateways, boolean postgres, boolean redis,
                Duration maxStaleness) {
            this(replicas, gateways, postgres, redis, maxStaleness, false, null);
        }
    }

    private Deployment(Shape shape, Stage stage) throws Exception {
        this.shape = shape;
        this.stage = stage;
        this.postgres = shape.postgres ? Postgres.start(stage) : null;
        this.redis = shape.redis ? RedisCluster.start(stage) : null;
    }

    /** Starts everything and waits until it is ready. What fails leaves nothing running. */
    public static Deployment start(Shape shape, Stage stage) throws Exception {
        if (System.getProperty(Program.CLASS_PATH) == null
                && !Files.isExecutable(Program.launcher())) {
            throw new IOException("there is no " + Program.launcher());
        }
        Deployment deployment = new Deployment(shape, stage);
        deployment.startReplicas();
        deployment.enrol();
        deployment.startGateways();
        return deployment;
    }

    private void startReplicas() throws Exception {
        Path bootstrap = stage.folder().resolve("bootstrap-token");
        for (int i = 0; i < shape.replicas; i++) {
            String name = "replica-" + (char) ('a' + i);
            StringBuilder settings = new StringBuilder()
                    .append("data: ").append(stage.folder().resolve(name + "-data")).append('\n')
                    .append("bootstrap_token_file: ").append(bootstrap).append('\n')
                    .append("max_staleness: ").append(shape.maxStaleness.toMillis()).append("ms\n");
            if (postgres != null) {
                Relay relay = stage.keep(new Relay(name + " to PostgreSQL", postgres.port()));
                databaseRelays.add(relay);
                settings.append("replica_id: ").append(name).append('\n')
                        .append("database: postgresql://").append(Postgres.USER)
                        .append("@127.0.0.1:").append(relay.port()).append('/')
                        .append(Postgres.DATABASE).append("?sslmode=disable\n");
            }
            Program replica =
                    Program.of(stage, name, "admin", ADMIN_LISTENS, settings.toString());
            replicas.add(replica);
            replica.start();
            replica.awaitReady();
        }
        adminToken = Files.readString(bootstrap).strip();
    }

    private void enrol() throws Exception {
        gatewayToken = stage.folder().resolve("gateway-token");
        ManagedChannel channel = Admins.channel(replicas.get(0).port("admin_listen"));
        try {
            String token = GatewayServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(Admins.credential(adminToken))
                    .enrollGateway(EnrollGatewayRequest.newBuilder().setName(ENROLLMENT).build())
                    .getPlainToken();
            Files.writeString(gatewayToken, token + "\n");
        } finally {
            channel.shutdownNow();
        }
        gatewayToken.toFile().setReadable(false, false);
        gatewayToken.toFile().setReadable(true, true);
    }

    private void startGateways() throws Exception {
        if (shape.gateways == 0) {
            return;
        }
        int upstream = startUpstream();
        AgentJar agent = shape.patched ? AgentJar.write(stage.folder()) : null;
        for (int i = 0; i < shape.gateways; i++) {
            String name = "gw-" + (i + 1);
            List<Relay> relays = new ArrayList<>();
            for (Program replica : replicas) {
                relays.add(stage.keep(new Relay(
                        name + " to " + replica.name(), replica.port("origin_listen"))));
            }
            originRelays.add(relays);
            String settings = "gateway_id: " + name + "\n"
                    + "origin: [" + addresses(relays.stream().map(Relay::port).toList()) + "]\n"
                    + "origin_token_file: " + gatewayToken + "\n"
                    + "upstream: http://127.0.0.1:" + upstream + "\n"
                    + "access_log: off\n"
                    + "event_loops: 1\n"
                    + "limits:\n  failed_attempts: 0\n"
                    + (redis == null ? "" : "redis:\n  mode: cluster\n  nodes: ["
                            + addresses(redis.relayPorts()) + "]\n");
            Program gateway = Program.of(stage, name, "gateway", GATEWAY_LISTENS, settings);
            if (agent != null) {
                gateway.javaOption(agent.option(clock(gateway), shape.mistake));
            }
            gateways.add(gateway);
            gateway.start();
        }
        for (Program gateway : gateways) {
            gateway.awaitReady();
        }
    }

    private Path clock(Program gateway) {
        return stage.folder().resolve(gateway.name() + ".clock");
    }

    /** Lets a gateway's wall clock be wrong by so much; it must have one that can be set. */
    public void setClock(Program gateway, long offsetMillis) throws IOException {
        Path fresh = stage.folder().resolve(gateway.name() + ".clock.new");
        Files.writeString(fresh, offsetMillis + "\n");
        Files.move(fresh, clock(gateway), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String addresses(List<Integer> ports) {
        return ports.stream().map(port -> "\"127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", "));
    }

    private int startUpstream() throws IOException {
        Process process = stage.start("upstream", List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-cp", System.getProperty("java.class.path"),
                "dev.portcullis.benchmarks.compare.Upstream"));
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                    Files.newInputStream(stage.log("upstream")), StandardCharsets.UTF_8))) {
                String port = lines.lines().filter(line -> line.startsWith("port "))
                        .findFirst().orElse(null);
                if (port != null) {
                    return Integer.parseInt(port.substring(5).strip());
                }
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new IOException("the upstream did not start:\n" + stage.lastWords("upstream"));
    }

    /** Where all of it runs. */
    public Stage stage() {
        return stage;
    }

    /** Null without. */
    public Postgres postgres() {
        return postgres;
    }

    /** Null without. */
    public RedisCluster redis() {
        return redis;
    }

    /** The admin-service's processes. */
    public List<Program> replicas() {
        return replicas;
    }

    /** The gateways' processes. */
    public List<Program> gateways() {
        return gateways;
    }

    /** From each replica to PostgreSQL; empty without it. */
    public List<Relay> databaseRelays() {
        return databaseRelays;
    }

    /** From a gateway, by its number, to each replica. */
    public List<Relay> originRelays(int gateway) {
        return originRelays.get(gateway);
    }

    /** How long a lease is. */
    public Duration maxStaleness() {
        return shape.maxStaleness;
    }

    /** The first administrator's. */
    public String adminToken() {
        return adminToken;
    }

    /** The file with the credential that gateways show themselves with. */
    public Path gatewayToken() {
        return gatewayToken;
    }

    /** Whether every server says that it is ready, and Redis is whole. */
    public boolean isReady() {
        return replicas.stream().allMatch(Program::isReady)
                && gateways.stream().allMatch(Program::isReady)
                && (redis == null || redis.isWhole());
    }

    @Override
    public void close() {
        stage.close();
    }
}
