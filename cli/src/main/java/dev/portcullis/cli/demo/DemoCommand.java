package dev.portcullis.cli.demo;

import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Setting;
import dev.portcullis.cli.config.Settings;
import dev.portcullis.cli.server.Logs;
import dev.portcullis.cli.server.Standalone;
import dev.portcullis.cli.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code portcullis demo}. Neither a file nor the environment changes it. */
@Command(
        name = "demo",
        description = {
            "Runs a gateway in front of a small upstream of its own, with a reader and a writer,",
            "and prints what to try."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  portcullis demo"})
public final class DemoCommand implements Callable<Integer> {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final List<Setting<?>> LISTENS = List.of(Settings.LISTEN,
            Settings.ADMIN_LISTEN, Settings.REST_LISTEN, Settings.MANAGEMENT_LISTEN);

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Directory of all state. Default: a new one, deleted at the end")
    private Path data;

    @Option(names = "--listen", paramLabel = "<address>",
            description = "Where the gateway takes requests. Default: 127.0.0.1:8080, or a free "
                    + "port where that is taken")
    private String listen;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StopSignal stop = StopSignal.install();
        Logs.unite();
        try (DemoDirectory directory = DemoDirectory.open(data);
                EchoUpstream upstream = EchoUpstream.start();
                Standalone standalone = Standalone.start(configuration(directory, upstream))) {
            if (!standalone.awaitReady(READY_WITHIN)) {
                spec.commandLine().getErr().println("portcullis: " + standalone.notReady());
                return ExitCode.REFUSED;
            }
            DemoUsers users = DemoUsers.make(standalone);
            PrintWriter out = spec.commandLine().getOut();
            out.print(new DemoText(standalone, upstream, directory.path(), users));
            out.flush();
            stop.await();
            out.println("Stopping.");
        }
        return ExitCode.OK;
    }

    private Configuration configuration(DemoDirectory directory, EchoUpstream upstream) {
        Map<String, String> flags = new HashMap<>();
        flags.put(Settings.DATA.flag(), directory.path().toString());
        flags.put(Settings.UPSTREAM.flag(),
                "http://127.0.0.1:" + upstream.address().getPort());
        for (Setting<?> setting : LISTENS) {
            flags.put(setting.flag(), FreePorts.orFree(setting.defaultText()));
        }
        if (listen != null) {
            flags.put(Settings.LISTEN.flag(), listen);
        }
        return ConfigLoader.load(null, Map.of(), flags);
    }
}
