package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.server.Transport;
import dev.portcullis.gateway.testkit.UpstreamSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A loop, a clock that stands still, and names that mean what the test says. */
final class PoolFixture implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    final UpstreamStats stats = new UpstreamStats();
    final Map<String, List<String>> names = new ConcurrentHashMap<>();
    private final Transport transport = Transport.best();
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, transport.handlers());
    private final List<UpstreamPool> pools = new ArrayList<>();

    EventLoop loop() {
        return loops.next();
    }

    Class<? extends Channel> channelType() {
        return transport.clientType();
    }

    Cluster cluster(UpstreamSettings settings, String... uris) {
        List<URI> endpoints = new ArrayList<>();
        for (String uri : uris) {
            endpoints.add(URI.create(uri));
        }
        Cluster cluster = new Cluster(
                "app", settings.config(endpoints), stats.cluster("app"), nanos::get, this::lookUp);
        cluster.refresh();
        cluster.served();
        return cluster;
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        List<String> found = names.get(host);
        if (found == null) {
            found = List.of(host);
        }
        if (found.isEmpty()) {
            throw new UnknownHostException(host);
        }
        InetAddress[] addresses = new InetAddress[found.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = InetAddress.getByName(found.get(i));
        }
        return addresses;
    }

    UpstreamPool pool(Cluster cluster) throws Exception {
        UpstreamPool pool = onLoop(() -> {
            UpstreamPool made =
                    new UpstreamPool(loop(), channelType(), cluster, new Random(42));
            made.tick(nanos.get());
            return made;
        });
        pools.add(pool);
        return pool;
    }

    /** Runs that on the loop and waits for it. */
    <T> T onLoop(Callable<T> work) throws Exception {
        return loop().submit(work).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        for (UpstreamPool pool : pools) {
            onLoop(() -> {
                pool.close();
                return null;
            });
        }
        loops.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Who leases, and keeps what it is told. */
    static final class Lessee implements UpstreamListener {
        final boolean repeatable;
        volatile Address address;
        volatile UpstreamConnection connection;
        volatile Refusal refusal;
        volatile int status;

        Lessee(boolean repeatable) {
            this.repeatable = repeatable;
        }

        boolean isAnswered() {
            return connection != null || refusal != null;
        }

        @Override
        public void leasing(Address chosen) {
            address = chosen;
        }

        @Override
        public boolean isRepeatable() {
            return repeatable;
        }

        @Override
        public void leased(UpstreamConnection leased) {
            connection = leased;
        }

        @Override
        public void leaseFailed(Refusal why) {
            refusal = why;
        }

        @Override
        public void interimResponse(ResponseHead head) {}

        @Override
        public void responseBegan(ResponseHead head, ResponseBody body) {
            status = head.status();
        }

        @Override
        public void responseBody(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void responseEnded(Trailers trailers) {
            connection.release();
        }

        @Override
        public void responsePaused() {}

        @Override
        public void upstreamWritable() {}

        @Override
        public void upstreamFailed(Refusal why) {
            refusal = why;
            connection.discard();
        }
    }
}
