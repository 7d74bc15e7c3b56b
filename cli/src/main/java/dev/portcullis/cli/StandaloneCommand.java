package dev.portcullis.cli;

import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.server.Logs;
import dev.portcullis.cli.server.Reload;
import dev.portcullis.cli.server.Standalone;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code portcullis standalone}. */
@Command(
        name = "standalone",
        description = "Runs gateway and admin-service in one process.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every option is also a key of the file and an environment variable:",
            "--limits-head is limits: head: and PORTCULLIS_LIMITS_HEAD.",
            "",
            "Example:",
            "  portcullis standalone --data /var/lib/portcullis --upstream http://127.0.0.1:3000"
        })
final class StandaloneCommand implements Callable<Integer> {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    StandaloneCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        Reload reload = new Reload(
                ConfigOptions.source(spec.commandLine().getParseResult(), environment));
        Configuration config = reload.first();
        Logs.unite();
        StopSignal stop = StopSignal.install();
        Signals.take("HUP", reload::request);
        Logger log = LoggerFactory.getLogger("portcullis");
        // what changes the servers is closed before they are
        try (Standalone standalone = Standalone.start(config);
                reload) {
            reload.start(standalone);
            if (standalone.awaitReady(READY_WITHIN)) {
                log.info("ready");
            } else {
                log.warn("not ready after {} s: {}", READY_WITHIN.toSeconds(),
                        standalone.notReady());
            }
            stop.await();
            log.info("stopping");
        }
        log.info("stopped");
        return ExitCode.OK;
    }
}
