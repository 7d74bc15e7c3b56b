package dev.portcullis.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The product as it is started by anybody, with a database that has the tokens in it already; all
 * of it but the access log.
 */
final class Portcullis implements Rival {
    private static final String DATA = "portcullis-data";

    @Override
    public String name() {
        return "portcullis";
    }

    @Override
    public String missing() {
        return Files.isExecutable(launcher()) ? null : "there is no " + launcher();
    }

    @Override
    public boolean checks() {
        return true;
    }

    @Override
    public Process start(Task task, int port) throws IOException {
        return start(task.site(), task.upstreamPort(), port, Site.freePort());
    }

    /** Makes the database and tokens in it, which the other rivals then know too. */
    List<String> issue(Site site, int upstreamPort, int count) throws Exception {
        int adminPort = Site.freePort();
        Process process = start(site, upstreamPort, Site.freePort(), adminPort);
        try {
            Path bootstrap = site.folder().resolve(DATA).resolve("bootstrap-token");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!Files.exists(bootstrap)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("portcullis did not start:\n" + site.lastWords(name()));
                }
                Thread.sleep(50);
            }
            return new Issuer(adminPort, Files.readString(bootstrap).strip()).issue(count);
        } finally {
            Site.end(process);
        }
    }

    private Process start(Site site, int upstreamPort, int port, int adminPort)
            throws IOException {
        return site.start(Site.Side.PROXY, name(), List.of(
                launcher().toString(), "standalone",
                "--data", site.folder().resolve(DATA).toString(),
                "--upstream", "http://127.0.0.1:" + upstreamPort,
                "--listen", "127.0.0.1:" + port,
                "--admin-listen", "127.0.0.1:" + adminPort,
                "--rest-listen", "127.0.0.1:0",
                "--management-listen", "127.0.0.1:0",
                "--access-log", "off"));
    }

    private static Path launcher() {
        return Path.of(System.getProperty("portcullis.root", "."), "portcullis").toAbsolutePath();
    }
}
