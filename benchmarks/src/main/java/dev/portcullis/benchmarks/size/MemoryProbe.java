package dev.portcullis.benchmarks.size;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.admin.AdminServer;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** A process of its own: an admin-service on a database, which works for a while and is weighed. */
final class MemoryProbe {
    private MemoryProbe() {}

    /** Arguments: directory, users, rounds. Prints used heap and resident memory, in octets. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[2]);
        try (Calls calls = new Calls(directory, Integer.parseInt(arguments[1]), rounds)) {
            calls.findPlaces();
            for (int i = 0; i < rounds; i++) {
                calls.round(false);
            }
        }
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        AdminServer.Surroundings surroundings = new AdminServer.Surroundings(
                InstantSource.system(), System::nanoTime, new SecureRandom());
        try (AdminServer server = AdminServer.create(
                AdminConfig.in(directory).listening(any, any), surroundings)) {
            server.start();
            System.gc();
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            System.out.println(heap + " " + resident());
        }
    }

    private static long resident() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024;
            }
        }
        throw new IllegalStateException("the system does not tell resident memory");
    }
}
