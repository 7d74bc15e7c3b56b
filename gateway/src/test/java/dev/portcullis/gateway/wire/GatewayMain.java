package dev.portcullis.gateway.wire;

import dev.portcullis.core.access.Role;
import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.GatewayEnvironment;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.server.ServerConfig;
import dev.portcullis.gateway.testkit.FakeOrigin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/**
 * A gateway in a process of its own. It prints its port and a writer's token; then, for each line
 * it is sent, the octets of heap that were in use at most; and ends when its input does.
 */
final class GatewayMain {
    private GatewayMain() {}

    /** The one argument is the upstream's address, as a URI. */
    public static void main(String[] args) throws IOException {
        ServerConfig server = ServerConfig.defaults(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        GatewayConfig config = GatewayConfig.of(
                server,
                List.of(ApplicationConfig.of("default", "", "/", URI.create(args[0]))),
                AccessLogConfig.to(AccessLogConfig.OFF));
        GatewayEnvironment environment =
                new GatewayEnvironment(InstantSource.system(), System::nanoTime, new Random(5));
        try (FakeOrigin origin = FakeOrigin.start();
                Gateway gateway = Gateway.create(config, origin.channel(), environment)) {
            String token = origin.addToken(origin.addUser("writer", Role.WRITER));
            gateway.start();
            System.out.println(gateway.address().getPort() + " " + token);
            BufferedReader lines = new BufferedReader(
                    new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (lines.readLine() != null) {
                System.out.println(peakHeap());
            }
        }
    }

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
