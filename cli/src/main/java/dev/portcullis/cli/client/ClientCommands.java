package dev.portcullis.cli.client;

import java.util.Map;
import picocli.CommandLine;

/** All client commands. */
public final class ClientCommands {
    private ClientCommands() {}

    /**
     * Gives {@code root} the client commands, which take address and token from the environment.
     */
    public static void addTo(CommandLine root, Map<String, String> environment) {
        root.addSubcommand(UserCommands.group(environment));
        root.addSubcommand(GroupCommands.group(environment));
        root.addSubcommand(BindingCommands.group(environment));
        root.addSubcommand(TokenCommands.group(environment));
        root.addSubcommand(KeyCommands.group(environment));
        root.addSubcommand(AuditCommands.group(environment));
        root.addSubcommand(new ExplainCommand(environment));
        root.addSubcommand(BenchCommands.group(environment));
    }
}
