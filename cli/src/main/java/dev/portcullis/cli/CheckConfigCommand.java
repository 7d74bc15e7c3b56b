package dev.portcullis.cli;

import dev.portcullis.cli.config.ConfigPrinter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code portcullis check-config}. */
@Command(
        name = "check-config",
        description = "Checks the configuration and prints what is in effect, with its origin.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  portcullis check-config --config gateway.yaml"})
final class CheckConfigCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    CheckConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var parsed = spec.commandLine().getParseResult();
        spec.commandLine().getOut()
                .print(ConfigPrinter.print(ConfigOptions.load(parsed, environment)));
        return ExitCode.OK;
    }
}
