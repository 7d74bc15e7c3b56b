package dev.portcullis.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The product as it is started by anybody, with a database that has the tokens in it already; all
 * of it but the access log.
 *
 * @param name in the table; each has a database of its own
 * @param launcher of this checkout, or of another one that is compared with it
 */
record Portcullis(String name, Path launcher) implements Rival {
    /** The one that was built here. */
    static Portcullis here() {
        return new Portcullis("portcullis",
                Path.of(System.getProperty("portcullis.root", "."), "portcullis")
                        .toAbsolutePath());
    }

    @Override
    public String missing() {
        return Files.isExecutable(launcher) ? null : "there is no " + launcher;
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
            Path bootstrap = data(site).resolve("bootstrap-token");
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
                launcher.toString(), "standalone",
                "--data", data(site).toString(),
                "--upstream", "http://127.0.0.1:" + upstreamPort,
                "--listen", "127.0.0.1:" + port,
                "--admin-listen", "127.0.0.1:" + adminPort,
                "--rest-listen", "127.0.0.1:0",
                "--management-listen", "127.0.0.1:0",
                "--access-log", "off"));
    }

    /** Takes over the database that another one made and has closed. */
    void copyFrom(Portcullis other, Site site) throws IOException {
        try (Stream<Path> files = Files.walk(other.data(site))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, data(site).resolve(other.data(site).relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private Path data(Site site) {
        return site.folder().resolve(name + "-data");
    }
}
