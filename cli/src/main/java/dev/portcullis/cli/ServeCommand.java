package dev.portcullis.cli;

import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Purpose;
import dev.portcullis.cli.server.Logs;
import dev.portcullis.cli.server.Reload;
import dev.portcullis.cli.server.ServerProcess;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that runs servers until it is told to stop. */
abstract class ServeCommand implements Callable<Integer> {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);

    private final Purpose purpose;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    ServeCommand(Purpose purpose, Map<String, String> environment) {
        this.purpose = purpose;
        this.environment = environment;
    }

    /** Starts everything. */
    abstract ServerProcess start(Configuration config);

    @Override
    public final Integer call() throws InterruptedException {
        Reload reload = new Reload(ConfigOptions.source(
                purpose, spec.commandLine().getParseResult(), environment));
        Configuration config = reload.first();
        Logs.unite();
        StopSignal stop = StopSignal.install();
        Signals.take("HUP", reload::request);
        Logger log = LoggerFactory.getLogger("portcullis");
        // what changes the servers is closed before they are
        try (ServerProcess process = start(config);
                reload) {
            reload.start(process);
            if (process.awaitReady(READY_WITHIN)) {
                log.info("ready");
            } else {
                log.warn("not ready after {} s: {}", READY_WITHIN.toSeconds(),
                        process.notReady());
            }
            stop.await();
            log.info("stopping");
        }
        log.info("stopped");
        return ExitCode.OK;
    }
}
