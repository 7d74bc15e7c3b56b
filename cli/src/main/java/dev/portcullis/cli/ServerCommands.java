package dev.portcullis.cli;

import dev.portcullis.cli.client.NetBirdImportCommand;
import dev.portcullis.cli.demo.DemoCommand;
import dev.portcullis.cli.client.GatewayCommands;
import dev.portcullis.cli.config.Purpose;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands that run servers, and those about their configuration and data. */
final class ServerCommands {
    private ServerCommands() {}

    static void addTo(CommandLine root, Map<String, String> environment) {
        root.addSubcommand(serving(new StandaloneCommand(environment), Purpose.STANDALONE));
        root.addSubcommand(serving(new AdminCommand(environment), Purpose.ADMIN));
        root.addSubcommand(GatewayCommands.addTo(
                serving(new GatewayCommand(environment), Purpose.GATEWAY), environment));
        root.addSubcommand(new DemoCommand());
        root.addSubcommand(configured(new CheckConfigCommand(environment)));
        root.addSubcommand(onData(new ExportCommand(environment)));
        root.addSubcommand(onData(new ImportCommand(environment))
                .addSubcommand(new NetBirdImportCommand(environment)));
    }

    private static CommandLine onData(Object command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        ConfigOptions.addDataTo(spec);
        return new CommandLine(spec);
    }

    private static CommandLine configured(Object command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        ConfigOptions.addAllTo(spec);
        return new CommandLine(spec);
    }

    private static CommandLine serving(Object command, Purpose purpose) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        ConfigOptions.addTo(spec, purpose);
        return new CommandLine(spec);
    }
}
