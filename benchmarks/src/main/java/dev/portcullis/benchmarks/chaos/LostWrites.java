package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.stage.RedisCluster;
import dev.portcullis.benchmarks.stage.Resp;
import dev.portcullis.benchmarks.stage.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * A failover of Redis in which writes are lost: a replica stands still, its connection to its
 * master is ended, the master takes writes for a while and is killed, and the replica takes its
 * place. Stopping the replica alone would lose nothing: it would read what waits in its socket.
 */
final class LostWrites {
    private static final long BEHIND_MILLIS = 1_000;
    private static final int MARKS = 200;

    private final RedisCluster redis;
    private final Random random;
    private RedisCluster.Node master;
    private RedisCluster.Node replica;
    private byte[] mark;
    private int lost;

    LostWrites(RedisCluster redis, Random random) {
        this.redis = redis;
        this.random = random;
    }

    void begin() throws Exception {
        List<RedisCluster.Node> masters = redis.masters();
        replica = null;
        if (masters.isEmpty()) {
            return;
        }
        master = masters.get(random.nextInt(masters.size()));
        replica = redis.replicaOf(master);
        if (replica == null) {
            return;
        }
        Stage.signal(replica.process(), "STOP");
        try (Resp resp = master.connect()) {
            resp.ask("CLIENT", "KILL", "TYPE", "replica");
            mark = marked(resp);
        }
        Thread.sleep(BEHIND_MILLIS);
        master.kill();
        Stage.signal(replica.process(), "CONT");
    }

    /** Writes something that only this master will have known of. */
    private byte[] marked(Resp resp) throws IOException {
        for (int i = 0; i < MARKS; i++) {
            String key = "chaos-" + random.nextInt(1 << 30);
            try {
                resp.ask("SET", key, "written");
                return key.getBytes(StandardCharsets.US_ASCII);
            } catch (Resp.RedisException moved) {
                // of another master's slots
            }
        }
        return null;
    }

    void end() throws IOException {
        if (replica == null) {
            return;
        }
        if (replica.isMaster() && mark != null) {
            try (Resp resp = replica.connect()) {
                lost += resp.ask("GET", mark) == null ? 1 : 0;
            }
        }
        master.start();
    }

    /** How often a write was lost so far. */
    int lost() {
        return lost;
    }
}
