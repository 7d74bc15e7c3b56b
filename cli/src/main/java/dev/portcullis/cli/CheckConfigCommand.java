package dev.portcullis.cli;

import dev.portcullis.cli.config.ConfigPrinter;
import dev.portcullis.cli.config.Purpose;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code portcullis check-config}. */
@Command(
        name = "check-config",
        description = "Checks the configuration and prints what is in effect, with its origin.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  portcullis check-config --config gateway.yaml",
            "  portcullis check-config --for gateway --config portcullis.yaml"})
final class CheckConfigCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(names = "--for", paramLabel = "<command>", defaultValue = "standalone",
            description = "What it is to be the configuration of: standalone, admin or gateway. "
                    + "Default: standalone")
    private String command;

    CheckConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var parsed = spec.commandLine().getParseResult();
        spec.commandLine().getOut()
                .print(ConfigPrinter.print(ConfigOptions.load(purpose(), parsed, environment)));
        return ExitCode.OK;
    }

    private Purpose purpose() {
        return switch (command) {
            case "standalone" -> Purpose.STANDALONE;
            case "admin" -> Purpose.ADMIN;
            case "gateway" -> Purpose.GATEWAY;
            default -> throw new CommandException(ExitCode.USAGE,
                    "--for: '" + command + "' is not one of admin, gateway, standalone");
        };
    }
}
