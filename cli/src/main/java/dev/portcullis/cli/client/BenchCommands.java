package dev.portcullis.cli.client;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code portcullis bench ...}. */
final class BenchCommands {
    private BenchCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new BenchGroup())
                .addSubcommand(new BenchRevokeCommand(environment));
    }

    @Command(name = "bench", description = "Measures your own deployment.", footer = {
        "", "Example:", "  portcullis bench revoke --gateway http://127.0.0.1:8080/"})
    private static final class BenchGroup extends Group {}
}
