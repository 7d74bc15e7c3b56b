package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.Progress;
import dev.portcullis.cli.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis bench revoke}. */
@Command(name = "revoke", description = {
    "Measures how long a revocation takes until it holds on every gateway: makes a scratch user",
    "with tokens, revokes them, and deletes the user again, also when it is interrupted."},
        footer = {"",
            "Half of the tokens are revoked without waiting for the gateways, which is the time to",
            "the commit alone. With --gateway each token is shown to each gateway before (it must",
            "be accepted) and right after (it must be refused); one that is accepted after its",
            "revocation was told as propagated is a violation, and the exit code is then 1.",
            "",
            "Example:",
            "  portcullis bench revoke",
            "  portcullis bench revoke --gateway http://127.0.0.1:8080/ --tokens 1000 -o json"})
final class BenchRevokeCommand extends ClientCommand {
    private static final int TOKENS_MAX = 100_000;
    private static final int CONCURRENCY_MAX = 64;
    private static final int GATEWAYS_MAX = 1_000;

    @Option(names = "--tokens", paramLabel = "<number>", defaultValue = "200",
            description = "How many revocations are waited for, 1 to 100000; as many again are "
                    + "not. Default: 200")
    private int tokens;

    @Option(names = "--concurrency", paramLabel = "<number>", defaultValue = "1",
            description = "How many are revoked at once, 1 to 64. Default: 1")
    private int concurrency;

    @Option(names = "--warm-up", paramLabel = "<number>", defaultValue = "10",
            description = "How many revocations of each kind come first and do not count, 0 to "
                    + "100000: code is slow the first times it runs. Default: 10")
    private int warmUp;

    @Option(names = "--gateway", paramLabel = "<url>",
            description = "A URL of a gateway, with a path of an application, to show each token "
                    + "to. For several gateways it is given several times. http:// only to this "
                    + "machine.")
    private List<String> gateways = new ArrayList<>();

    @Option(names = "--application", paramLabel = "<name>", defaultValue = "*",
            description = "Where the scratch user is a reader. Default: * (everywhere)")
    private String application;

    @Option(names = "--progress",
            description = "Tells how far it has come even where nobody watches.")
    private boolean progress;

    private final List<GatewayProbe> probes = new ArrayList<>();

    BenchRevokeCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void check() {
        if (tokens < 1 || tokens > TOKENS_MAX) {
            throw usage("--tokens: " + tokens + " is not between 1 and " + TOKENS_MAX);
        }
        if (concurrency < 1 || concurrency > CONCURRENCY_MAX) {
            throw usage("--concurrency: " + concurrency + " is not between 1 and "
                    + CONCURRENCY_MAX);
        }
        if (warmUp < 0 || warmUp > TOKENS_MAX) {
            throw usage("--warm-up: " + warmUp + " is not between 0 and " + TOKENS_MAX);
        }
        if (gateways.size() > GATEWAYS_MAX) {
            throw usage("--gateway: more than " + GATEWAYS_MAX);
        }
        for (String url : gateways) {
            probes.add(GatewayProbe.of(url));
        }
    }

    @Override
    void run(AdminConnection admin, Output output) {
        StopSignal stop = StopSignal.install();
        Progress bar = output.progress(progress);
        RevokeBench bench = new RevokeBench(
                admin, probes, new RevokeBench.Plan(application, tokens, concurrency, warmUp),
                stop::isAsked, done -> bar.at("revoked:", done, tokens));
        RevokeFigures figures;
        try {
            figures = bench.run();
        } finally {
            bar.done();
            bench.cleanUp(output);
        }
        figures.print(output, !probes.isEmpty());
        if (figures.interrupted()) {
            output.note("interrupted; these are the figures up to then");
        }
        if (figures.pending() >= RevokeBench.PENDING_MAX) {
            output.note("ended early: " + figures.pending() + " revocations were not confirmed in "
                    + "time; 'portcullis gateway list' says how the gateways stand");
        }
        if (figures.accepted() > 0) {
            throw new CommandException(ExitCode.REFUSED,
                    "accepted after its revocation was in force everywhere:",
                    figures.violations());
        }
    }
}
