package dev.portcullis.admin.origin;

import dev.portcullis.admin.origin.OriginStats.Refusal;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections that ended before their handshake was done: that of TLS, and of HTTP/2. gRPC
 * itself says nothing of them. Any thread.
 */
final class Handshakes extends ServerTransportFilter {
    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);
    private static final long NANOS_BETWEEN_LINES = 5_000_000_000L;

    private final OriginStats stats;
    private final LongSupplier nanoTime;
    private final AtomicLong quietUntil;
    /** Where connections come from whose handshake is done; of those that are open alone. */
    private final Set<SocketAddress> done = ConcurrentHashMap.newKeySet();

    Handshakes(OriginStats stats, LongSupplier nanoTime) {
        this.stats = stats;
        this.nanoTime = nanoTime;
        this.quietUntil = new AtomicLong(nanoTime.getAsLong());
    }

    /** A connection was accepted. */
    void accepted(Channel connection) {
        // while it is open nobody else has this address and port
        SocketAddress from = connection.remoteAddress();
        connection.closeFuture().addListener(closed -> {
            if (from != null && !done.remove(from)) {
                failed(from);
            }
        });
    }

    @Override
    public Attributes transportReady(Attributes attributes) {
        SocketAddress from = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (from != null) {
            done.add(from);
        }
        return attributes;
    }

    private void failed(SocketAddress from) {
        stats.count(Refusal.HANDSHAKE_FAILED);
        long now = nanoTime.getAsLong();
        long quiet = quietUntil.get();
        if (now - quiet >= 0 && quietUntil.compareAndSet(quiet, now + NANOS_BETWEEN_LINES)) {
            LOG.warn("a connection from {} ended before its handshake was done: it does not speak"
                    + " TLS, does not believe this origin's certificate, or shows none that is"
                    + " believed", from);
        }
    }
}
