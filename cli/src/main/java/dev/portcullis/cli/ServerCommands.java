package dev.portcullis.cli;

import dev.portcullis.cli.demo.DemoCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands that run servers, and those about their configuration. */
final class ServerCommands {
    private ServerCommands() {}

    static void addTo(CommandLine root, Map<String, String> environment) {
        root.addSubcommand(configured(new StandaloneCommand(environment)));
        root.addSubcommand(new DemoCommand());
        root.addSubcommand(configured(new CheckConfigCommand(environment)));
    }

    private static CommandLine configured(Object command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        ConfigOptions.addTo(spec);
        return new CommandLine(spec);
    }
}
