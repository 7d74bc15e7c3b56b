package dev.portcullis.gateway.origin;

import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel to the admin-service. All calls go to one replica: that whose stream of changes this
 * gateway follows, since what the replica answers is as new as what it has told. When that stream
 * ends, for whatever reason, the next replica has its turn; and a replica which lets the stream
 * stand but gives no lease, as one that has lost its database does, is left as well.
 *
 * <p>Every call carries the credential of the gateway's enrolment. Any thread.
 */
public final class OriginChannel extends Channel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OriginChannel.class);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String WATCH = OriginServiceGrpc.getWatchMethod().getFullMethodName();

    /**
     * Silence on a connection before gRPC asks for a sign of life; it takes no less. A stream of
     * changes is never silent for so long: whoever follows it leaves a silent origin much earlier.
     */
    private static final long KEEP_ALIVE_MILLIS = 10_000;
    /** Then the wait for that sign; on Linux also that for TCP's acknowledgement of any octet. */
    private static final long KEEP_ALIVE_TIMEOUT_MILLIS = 800;
    private static final int CONNECT_MILLIS = 1_000;
    /** Longer than a gateway takes to catch up; shorter than a lease. */
    private static final Duration WITHOUT_LEASE_MAX = Duration.ofSeconds(3);
    private static final long STOP_SECONDS = 2;

    private final List<OriginAddress> addresses;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final Supplier<String> token;
    private final LongSupplier nanoTime;
    private final AtomicInteger current;
    private final LongAdder moves = new LongAdder();

    /**
     * A channel that connects when it is first used.
     *
     * @param addresses of the replicas; at least one
     * @param credentials of TLS, or {@link io.grpc.InsecureChannelCredentials} where all addresses
     *     are of this machine
     * @param token the credential of the enrolment as it is now; asked at each call
     * @param first which address has the first turn: gateways that begin at different ones share
     *     the replicas among them
     * @param nanoTime monotonic clock
     */
    public OriginChannel(
            List<OriginAddress> addresses,
            ChannelCredentials credentials,
            Supplier<String> token,
            int first,
            LongSupplier nanoTime) {
        this.addresses = List.copyOf(addresses);
        this.token = token;
        this.nanoTime = nanoTime;
        this.current = new AtomicInteger(Math.floorMod(first, addresses.size()));
        for (OriginAddress address : addresses) {
            channels.add(NettyChannelBuilder
                    .forAddress(address.host(), address.port(), credentials)
                    // nothing in between may see the credential
                    .proxyDetector(target -> null)
                    .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                    .keepAliveTime(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
                    .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .disableRetry()
                    // what is called back hops to threads of its own
                    .directExecutor()
                    .build());
        }
    }

    /** The replica that is asked now. */
    public OriginAddress address() {
        return addresses.get(current.get());
    }

    /** How often another replica had its turn. */
    public long moves() {
        return moves.sum();
    }

    @Override
    public String authority() {
        return channels.get(current.get()).authority();
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        int index = current.get();
        ManagedChannel channel = channels.get(index);
        boolean watch = method.getFullMethodName().equals(WATCH);
        if (watch) {
            // how long to wait before the next attempt is for whoever attempts
            channel.resetConnectBackoff();
        }
        ClientCall<Q, R> call = channel.newCall(method, options);
        return watch ? new Watched<>(call, index) : new Authenticated<>(call);
    }

    private void leave(int index, String why) {
        int next = (index + 1) % channels.size();
        if (next != index && current.compareAndSet(index, next)) {
            moves.increment();
            LOG.info("leaving the origin at {} ({}) for that at {}",
                    addresses.get(index), why, addresses.get(next));
        }
    }

    /** Ends all calls. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels) {
                channel.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A call with the credential. */
    private class Authenticated<Q, R> extends SimpleForwardingClientCall<Q, R> {
        Authenticated(ClientCall<Q, R> call) {
            super(call);
        }

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            headers.put(AUTHORIZATION, "Bearer " + token.get());
            super.start(listener, headers);
        }
    }

    /** The stream of changes, on which it depends which replica is asked. */
    private final class Watched<Q, R> extends Authenticated<Q, R> {
        private final int index;

        Watched(ClientCall<Q, R> call, int index) {
            super(call);
            this.index = index;
        }

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            super.start(new SimpleForwardingClientCallListener<>(listener) {
                /** Since when leases of no length are all there is; guarded by gRPC's order. */
                private long unleasedSince;
                private boolean unleased;

                @Override
                public void onMessage(R message) {
                    noteLease((WatchResponse) message);
                    super.onMessage(message);
                }

                private void noteLease(WatchResponse message) {
                    if (!message.hasLease()) {
                        return;
                    }
                    long now = nanoTime.getAsLong();
                    if (message.getLease().getDurationMs() > 0) {
                        unleased = false;
                    } else if (!unleased) {
                        unleased = true;
                        unleasedSince = now;
                    } else if (now - unleasedSince > WITHOUT_LEASE_MAX.toNanos()
                            && channels.size() > 1) {
                        Watched.this.cancel("the origin gives no lease", null);
                    }
                }

                @Override
                public void onClose(Status status, Metadata trailers) {
                    leave(index, status.isOk() ? "it ended the stream"
                            : status.getCode() + ": " + status.getDescription());
                    super.onClose(status, trailers);
                }
            }, headers);
        }
    }
}
