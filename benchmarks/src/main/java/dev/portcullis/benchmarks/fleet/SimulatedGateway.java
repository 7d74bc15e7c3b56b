package dev.portcullis.benchmarks.fleet;

import dev.portcullis.benchmarks.stage.Admins;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.watch.Environment;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A gateway without traffic: all that it knows, and how it follows the origin, as shipped. */
final class SimulatedGateway implements AutoCloseable {
    private static final int CLOSE_SECONDS = 5;

    private final ManagedChannel channel;
    private final Records records;

    /**
     * Begins to follow the origin at a port of the loopback.
     *
     * @param token of the enrolment
     * @param loop stands for the event loops
     * @param control stands for the control thread: one thread
     */
    SimulatedGateway(
            int port, String token, Executor loop, ScheduledExecutorService control) {
        channel = Admins.channel(port);
        records = Records.create(
                RecordsConfig.defaults(),
                ClientInterceptors.intercept(channel, Admins.credential(token)),
                List.of(loop),
                new Environment(
                        InstantSource.system(), System::nanoTime, new Random(), control),
                (executor, changed) -> { });
        records.start();
    }

    /** Whether it holds a lease. */
    boolean isReady() {
        return records.ready();
    }

    @Override
    public void close() throws InterruptedException {
        records.close();
        channel.shutdownNow().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
