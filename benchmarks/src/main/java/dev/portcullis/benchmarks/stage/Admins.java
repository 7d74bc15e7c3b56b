package dev.portcullis.benchmarks.stage;

import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The admin API of several replicas: asks one after another until one answers. Any thread.
 *
 * <p>A call that failed may have been carried out. So only what may be repeated is asked by {@link
 * #repeat}.
 */
public final class Admins implements AutoCloseable {
    private static final int CALL_SECONDS = 12;
    private static final int PAUSE_MILLIS = 100;
    private static final Set<Status.Code> TRANSIENT = Set.of(
            Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED,
            Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.ABORTED,
            Status.Code.RESOURCE_EXHAUSTED);

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<Channel> authenticated = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    /**
     * What was answered in the end.
     *
     * @param repeated whether an earlier call failed, and may still be carried out at any time
     */
    public record Answered<R>(R value, boolean repeated) {}

    /** Of these ports, with this token. */
    public Admins(List<Integer> ports, String token) {
        for (int port : ports) {
            ManagedChannel channel = channel(port);
            channels.add(channel);
            authenticated.add(ClientInterceptors.intercept(channel, credential(token)));
        }
    }

    /** A channel to a port of the loopback. */
    public static ManagedChannel channel(int port) {
        return Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", port, InsecureChannelCredentials.create())
                .proxyDetector(target -> null)
                .disableRetry()
                .build();
    }

    /** Puts a token on every call. */
    public static ClientInterceptor credential(String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + token);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    /**
     * Asks the replicas in turn, until one answers or the time is over.
     *
     * @param call asks over the channel that it is given, with a deadline: see {@link #within}
     * @throws StatusRuntimeException the last failure, or one that asking again cannot cure
     */
    public <R> Answered<R> repeat(long seconds, Function<Channel, R> call)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean repeated = false;
        while (true) {
            try {
                return new Answered<>(once(call), repeated);
            } catch (StatusRuntimeException e) {
                failed.incrementAndGet();
                if (!TRANSIENT.contains(e.getStatus().getCode())
                        || System.nanoTime() > deadline) {
                    throw e;
                }
                repeated = true;
                reconnect();
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** Lets calls try at once to connect again to replicas that could not be reached. */
    public void reconnect() {
        channels.forEach(ManagedChannel::resetConnectBackoff);
    }

    /** One channel for each replica, with the token on every call. */
    public List<Channel> each() {
        return authenticated;
    }

    /** Asks the next replica, and no other. */
    public <R> R once(Function<Channel, R> call) {
        return call.apply(authenticated.get(
                Math.floorMod(next.getAndIncrement(), authenticated.size())));
    }

    /** A stub with the deadline of a call. */
    public static <S extends AbstractStub<S>> S within(S stub) {
        return stub.withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    /** How many calls failed and were repeated, or given up. */
    public int failed() {
        return failed.get();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
