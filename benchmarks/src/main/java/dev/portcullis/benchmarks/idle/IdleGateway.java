package dev.portcullis.benchmarks.idle;

import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.GatewayEnvironment;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.server.ServerConfig;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/**
 * A gateway without an origin, which answers 401 to whoever has no credential. It prints its port;
 * then, for each line it is sent, the octets of heap and buffers in use.
 */
final class IdleGateway {
    private IdleGateway() {}

    /** The argument is the number of connections that there will be. */
    public static void main(String[] arguments) throws IOException {
        ServerConfig usual = ServerConfig.defaults(new InetSocketAddress("127.0.0.1", 0));
        ServerConfig server = new ServerConfig(
                usual.listeners(), usual.eventLoops(), Integer.parseInt(arguments[0]) + 100,
                usual.headBytesMax(), usual.requestLineBytesMax(), usual.headersMax(),
                usual.headTimeout(), usual.bodyTimeout(), Duration.ofHours(1),
                usual.drainTimeout());
        GatewayConfig config = GatewayConfig.of(
                server,
                List.of(ApplicationConfig.of("any", "", "/", URI.create("http://127.0.0.1:1"))),
                AccessLogConfig.to(AccessLogConfig.OFF));
        ManagedChannel nowhere = Grpc.newChannelBuilder(
                "127.0.0.1:1", InsecureChannelCredentials.create()).build();
        GatewayEnvironment environment =
                new GatewayEnvironment(InstantSource.system(), System::nanoTime, new Random(1));
        try (Gateway gateway = Gateway.create(config, nowhere, environment)) {
            gateway.start();
            System.out.println(gateway.address().getPort());
            while (System.in.read() >= 0) {
                System.out.println(inUse());
            }
        } finally {
            nowhere.shutdownNow();
        }
    }

    private static long inUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric().usedDirectMemory();
    }
}
