package dev.portcullis.benchmarks.compare;

import dev.portcullis.benchmarks.Revision;
import dev.portcullis.benchmarks.stage.ProcessUse;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Puts the gateway, other proxies and bare relays in front of the same upstream, drives them in
 * turn in short slices with a reference between them, and prints what each request cost.
 */
public final class Compare {
    /** The name of another checkout's in the table. */
    static final String BEFORE = "before";

    private static final long SLICE_WARM_UP_MILLIS = 200;
    private static final long START_SECONDS_MAX = 30;

    private final Options options;
    private final PrintStream out;
    private final Site site;
    private final TokenMint mint =
            new TokenMint(new TokenFormat(TokenFormat.DEFAULT_MARK), new SecureRandom());
    private final Results closed = new Results();
    private final Results scheduled = new Results();
    private final Report report = new Report(closed, scheduled);
    private final List<Started> running = new ArrayList<>();
    private Client client;

    /** A rival that answers. */
    private record Started(String name, int port, ProcessHandle process, double startSeconds) {}

    private Compare(Options options, PrintStream out, Site site) {
        this.options = options;
        this.out = out;
        this.site = site;
    }

    /** The one command. */
    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("compare: " + e.getMessage());
            System.err.println(Options.USAGE.formatted(String.join(", ", Rivals.NAMES)));
            System.exit(2);
            return;
        }
        run(options, System.out);
    }

    /**
     * Runs a comparison and prints its tables.
     *
     * @throws UnsupportedOperationException where processor time cannot be read
     */
    static Report run(Options options, PrintStream out) throws Exception {
        if (!ProcessUse.isSupported()) {
            throw new UnsupportedOperationException(
                    "this system does not tell processor time in /proc: only Linux does");
        }
        try (Site site = new Site()) {
            Compare compare = new Compare(options, out, site);
            compare.startAll();
            compare.warmUp();
            compare.measure();
            compare.report.print(options, out);
            if (options.keep()) {
                compare.report.append(Revision.results().resolve("compare.jsonl"));
            }
            return compare.report;
        }
    }

    private void startAll() throws Exception {
        Process upstream = site.startTalking(
                Site.Side.CLIENT, "upstream", site.java(Upstream.class));
        String line = Site.output(upstream).readLine();
        if (line == null || !line.startsWith("port ")) {
            throw new IOException("the upstream did not start:\n" + site.lastWords("upstream"));
        }
        int upstreamPort = Integer.parseInt(line.substring("port ".length()));
        List<Rival> rivals = new ArrayList<>();
        if (options.before() != null) {
            // first, as it issues the tokens: a newer form of the database is not read by it
            rivals.add(new Portcullis(BEFORE, options.before()));
        }
        for (String name : options.rivals()) {
            Rival rival = Rivals.of(name);
            if (rival.missing() == null) {
                rivals.add(rival);
            } else {
                out.println(name + " is left out: " + rival.missing());
            }
        }
        List<String> tokens = tokens(rivals, upstreamPort);
        Path file = site.folder().resolve(Rivals.TOKENS);
        Files.write(file, tokens);
        Rival.Task task = new Rival.Task(site, upstreamPort, tokens);
        for (Rival rival : rivals) {
            running.add(start(rival, task));
        }
        client = new Client(site, file);
        out.println(site.pins()
                ? "proxies on processor 0, client and upstream on processor 1"
                : "processes are not bound to processors: figures will be less steady");
    }

    /** The tokens the product has issued, which all others then know too; or made-up ones. */
    private List<String> tokens(List<Rival> rivals, int upstreamPort) throws Exception {
        List<Portcullis> ours = rivals.stream()
                .filter(Portcullis.class::isInstance).map(Portcullis.class::cast).toList();
        if (!ours.isEmpty()) {
            out.println("issuing " + options.tokens() + " tokens");
            List<String> issued = ours.get(0).issue(site, upstreamPort, options.tokens());
            for (Portcullis other : ours.subList(1, ours.size())) {
                other.copyFrom(ours.get(0), site);
            }
            return issued;
        }
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < options.tokens(); i++) {
            tokens.add(mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal());
        }
        return tokens;
    }

    /** Starts a rival and makes sure that it does its job: right tokens pass, others do not. */
    private Started start(Rival rival, Rival.Task task) throws Exception {
        int port = Site.freePort();
        long startedAt = System.nanoTime();
        Process process = rival.start(task, port);
        String token = task.tokens().get(0);
        while (!answers(port, token)) {
            if (!process.isAlive() || System.nanoTime() - startedAt
                    > TimeUnit.SECONDS.toNanos(START_SECONDS_MAX)) {
                throw new IOException(
                        rival.name() + " did not start:\n" + site.lastWords(rival.name()));
            }
            Thread.sleep(5);
        }
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        if (rival.checks()) {
            String stranger = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
            require(rival, "a stranger", Probe.status(port, stranger), 401);
            require(rival, "no token", Probe.status(port, null), 401);
        }
        String last = task.tokens().get(task.tokens().size() - 1);
        require(rival, "the last token", Probe.status(port, last), 200);
        return new Started(rival.name(), port, process.toHandle(), seconds);
    }

    private static boolean answers(int port, String token) {
        try {
            return Probe.status(port, token) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static void require(Rival rival, String what, int status, int wanted)
            throws IOException {
        if (status != wanted) {
            throw new IOException(rival.name() + " answers " + status + " to " + what
                    + " instead of " + wanted + ": it does not do the job");
        }
    }

    private void warmUp() throws IOException {
        long millis = (long) (options.warmUpSeconds() * 1_000);
        for (Started rival : running) {
            out.println("warming up " + rival.name);
            client.drive(new Client.Drive(
                    rival.port, options.connections(), millis, 100, 0), rival.process);
            if (options.rate() > 0) {
                client.drive(new Client.Drive(rival.port, options.connections(), millis / 4, 100,
                        options.rate()), rival.process);
            }
        }
    }

    private void measure() throws IOException, InterruptedException {
        List<Started> order = order();
        for (int round = 1; round <= options.slices(); round++) {
            out.println("round " + round + " of " + options.slices());
            for (Started rival : order) {
                closed.add(rival.name, slice(rival, 0));
            }
            for (Started rival : order) {
                if (options.rate() > 0) {
                    scheduled.add(rival.name, slice(rival, options.rate()));
                }
            }
        }
        for (Started rival : running) {
            report.facts(rival.name, new Report.Facts(
                    rival.startSeconds,
                    ProcessUse.residentBytes(rival.process) / 1e6,
                    options.syscalls() && SystemCalls.isInstalled() ? calls(rival) : Map.of()));
        }
    }

    /** One round: each rival in turn, with HAProxy, where it takes part, between any two. */
    private List<Started> order() {
        List<Started> order = new ArrayList<>();
        Started reference = running.stream()
                .filter(rival -> rival.name.equals("haproxy"))
                .findFirst()
                .orElse(null);
        for (Started rival : running) {
            if (rival != reference) {
                order.add(rival);
                if (reference != null) {
                    order.add(reference);
                }
            }
        }
        return order.isEmpty() ? List.copyOf(running) : order;
    }

    private Client.Slice slice(Started rival, int rate) throws IOException {
        return client.drive(new Client.Drive(
                rival.port, options.connections(), SLICE_WARM_UP_MILLIS,
                (long) (options.seconds() * 1_000), rate), rival.process);
    }

    private Map<String, Double> calls(Started rival) throws IOException, InterruptedException {
        SystemCalls counter = SystemCalls.count(site, rival.name, rival.process);
        Client.Slice slice = client.drive(new Client.Drive(
                rival.port, options.connections(), 0, 1_000, 0), rival.process);
        Map<String, Double> calls = new TreeMap<>();
        counter.stop().forEach(
                (name, count) -> calls.put(name, (double) count / slice.allRequests()));
        return calls;
    }
}
