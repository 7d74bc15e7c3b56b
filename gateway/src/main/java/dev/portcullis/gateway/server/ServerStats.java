package dev.portcullis.gateway.server;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts of client connections; any thread. */
public final class ServerStats {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger openHttp1 = new AtomicInteger();
    final AtomicInteger openHttp2 = new AtomicInteger();
    final LongAdder refused = new LongAdder();

    /** Client connections open now. */
    public int open() {
        return open.get();
    }

    /** Those on which HTTP/1.1 or HTTP/1.0 is spoken. */
    public int openHttp1() {
        return openHttp1.get();
    }

    /** Those on which HTTP/2 is spoken. What the rest will speak is not known yet. */
    public int openHttp2() {
        return openHttp2.get();
    }

    /** Counts a connection until it is closed. */
    static void count(Channel connection, AtomicInteger speaking) {
        speaking.incrementAndGet();
        connection.closeFuture().addListener(closed -> speaking.decrementAndGet());
    }

    /** Client connections closed at once, since there were too many. */
    public long refused() {
        return refused.sum();
    }
}
