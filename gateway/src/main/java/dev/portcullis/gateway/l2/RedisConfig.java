package dev.portcullis.gateway.l2;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The Redis that serves as shared cache. Immutable.
 *
 * @param nodes of a single server its address; of a cluster some of its nodes; of sentinels theirs
 * @param sentinels what is said to them; null in other modes
 * @param user of the access control list; null: the default user
 * @param password null: none is given
 * @param tls whether TLS is spoken, to every node and sentinel; names are always verified
 * @param ca PEM file of the authorities that are trusted; null: those of the JDK
 * @param timeout what one question may take at most; then the origin is asked
 * @param ttl how long Redis keeps a record
 */
public record RedisConfig(
        Mode mode,
        List<Node> nodes,
        Sentinels sentinels,
        String user,
        RedisPassword password,
        boolean tls,
        Path ca,
        Duration timeout,
        Duration ttl) {

    /** What one question may take unless configured. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(20);

    /** How long a record is kept unless configured: half of what the change log retains. */
    public static final Duration DEFAULT_TTL = Duration.ofMinutes(10);

    private static final int NODES_MAX = 100;
    private static final int PORT_MAX = 65_535;

    /** How Redis is run. */
    public enum Mode {
        /** One server. */
        SINGLE,
        /** One master with replicas, found by asking sentinels. */
        SENTINEL,
        /** A cluster whose nodes share the keys. */
        CLUSTER
    }

    /**
     * What sentinels are asked for, and by whom. They have users of their own: what opens the
     * servers is never shown to them.
     *
     * @param master the name of the master that they watch
     * @param user of their access control list; null: the default user
     * @param password null: none is given
     */
    public record Sentinels(String master, String user, RedisPassword password) {
        /**
         * Refuses what nobody could be.
         *
         * @throws IllegalArgumentException when there is a user and no password
         */
        public Sentinels {
            require(user == null || password != null, "sentinel user: needs a password");
        }
    }

    /** Where a server listens; the host is a name or an address. */
    public record Node(String host, int port) {
        /**
         * Refuses what is no place.
         *
         * @throws IllegalArgumentException when the host is empty or the port is none
         */
        public Node {
            if (host.isEmpty() || port < 1 || port > PORT_MAX) {
                throw new IllegalArgumentException("not a host with a port");
            }
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Refuses what no Redis could be reached by.
     *
     * @throws IllegalArgumentException saying what does not fit together
     */
    public RedisConfig {
        nodes = List.copyOf(nodes);
        require(!nodes.isEmpty() && nodes.size() <= NODES_MAX, "nodes: 1 to " + NODES_MAX);
        require(mode != Mode.SINGLE || nodes.size() == 1, "nodes: one in mode single");
        require((mode == Mode.SENTINEL) == (sentinels != null),
                "sentinels: in mode sentinel, and there alone");
        require(user == null || password != null, "user: needs a password");
        require(tls || ca == null, "ca: needs tls");
        require(timeout.compareTo(Duration.ofMillis(1)) >= 0, "timeout: at least a millisecond");
        require(ttl.compareTo(Duration.ofSeconds(1)) >= 0, "ttl: at least a second");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    /** One server on this machine or elsewhere, without a password, with usual times. */
    public static RedisConfig single(String host, int port) {
        return new RedisConfig(Mode.SINGLE, List.of(new Node(host, port)), null, null, null,
                false, null, DEFAULT_TIMEOUT, DEFAULT_TTL);
    }
}
