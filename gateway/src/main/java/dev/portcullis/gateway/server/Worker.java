package dev.portcullis.gateway.server;

import dev.portcullis.gateway.exchange.RequestFlow;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http2.RequestSections;
import dev.portcullis.gateway.protect.Protection;
import dev.portcullis.gateway.rewrite.ResponseRewriter;
import dev.portcullis.gateway.tls.ServerTls;
import dev.portcullis.gateway.watch.Changed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What one event loop owns: its client connections, its part of the upstream connections, and a
 * tick that enforces all their deadlines. One timer for a loop, instead of one for each request,
 * costs the hot path nothing; deadlines are kept to within half a second.
 *
 * <p>Not thread-safe: everything happens on the loop.
 */
final class Worker {
    private static final long TICK_MILLIS = 500;
    private static final int SPARE_HEADS_MAX = 256;
    private static final int SCRATCH_BYTES = 4096;
    /** 16 of them (RFC 6455, section 4.1). */
    private static final int KEY_BYTES = 16;

    private final EventLoop loop;
    private final ServerConfig config;
    private final LoopParts parts;
    private final ServerStats stats;
    private final HeadLimits limits;
    private final Set<ClientConnection> connections = new LinkedHashSet<>();
    private final ArrayDeque<RequestHead> spareHeads = new ArrayDeque<>();
    private final RequestSections requestSections = new RequestSections();
    private final ByteBuf scratch = Unpooled.buffer(SCRATCH_BYTES);
    private final Supplier<String> webSocketKeys = this::webSocketKey;
    private ScheduledFuture<?> ticking;
    private long now;
    private boolean draining;
    private long idleClosedFrom;

    Worker(EventLoop loop, ServerConfig config, LoopParts parts, ServerStats stats) {
        this.loop = loop;
        this.config = config;
        this.parts = parts;
        this.stats = stats;
        this.limits = new HeadLimits(
                config.headBytesMax(), config.requestLineBytesMax(), config.headersMax());
    }

    void start() {
        loop.execute(() -> {
            tick();
            ticking = loop.scheduleAtFixedRate(
                    this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    private void tick() {
        now = parts.nanoTime().getAsLong();
        long nowMillis = parts.clock().millis();
        parts.guard().tick(now);
        parts.upstreams().tick(now);
        // a copy: closing a connection takes it out of the set
        for (ClientConnection connection : new ArrayList<>(connections)) {
            connection.tick(now, nowMillis);
        }
    }

    /** Verifies anew what hangs on records that have changed. On the loop. */
    void changed(Changed changed) {
        for (ClientConnection connection : new ArrayList<>(connections)) {
            connection.changed(changed);
        }
    }

    /** The instant of the last tick, in nanoseconds: exact enough for deadlines. */
    long now() {
        return now;
    }

    ServerConfig config() {
        return config;
    }

    /** Of all loops. */
    ServerStats stats() {
        return stats;
    }

    Protection protection() {
        return parts.protection();
    }

    RequestFlow flow() {
        return parts.flow();
    }

    ResponseRewriter responses() {
        return parts.responses();
    }

    void opened(ClientConnection connection) {
        connections.add(connection);
    }

    void closed(ClientConnection connection) {
        connections.remove(connection);
    }

    /** Null where no listener speaks it. */
    ServerTls tls() {
        return parts.tls();
    }

    /** What turns requests of HTTP/2 into heads. */
    RequestSections requestSections() {
        return requestSections;
    }

    /** An empty buffer in the heap, good until the next call; nobody releases it. */
    ByteBuf scratch() {
        return scratch.clear();
    }

    /** What makes keys for WebSocket handshakes. */
    Supplier<String> webSocketKeys() {
        return webSocketKeys;
    }

    private String webSocketKey() {
        byte[] key = new byte[KEY_BYTES];
        parts.random().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    RequestHead leaseHead() {
        RequestHead head = spareHeads.poll();
        return head == null ? new RequestHead(limits) : head;
    }

    void returnHead(RequestHead head) {
        if (spareHeads.size() < SPARE_HEADS_MAX) {
            head.clear();
            spareHeads.push(head);
        }
    }

    /**
     * Nothing new is begun on any connection once what it is at has ended. An idle one is closed
     * only after a while: a request may just be on its way, and is still answered.
     */
    void drain(long idleGraceNanos) {
        loop.execute(() -> {
            draining = true;
            now = parts.nanoTime().getAsLong();
            idleClosedFrom = now + idleGraceNanos;
        });
    }

    boolean draining() {
        return draining;
    }

    /** Whether an idle connection is to be closed now. */
    boolean closesIdle() {
        return draining && now - idleClosedFrom >= 0;
    }

    /** Cuts everything; to be followed by the end of the loop. */
    void close() {
        loop.execute(() -> {
            if (ticking != null) {
                ticking.cancel(false);
            }
            new ArrayList<>(connections).forEach(ClientConnection::cut);
            parts.upstreams().close();
        });
    }
}
