package dev.portcullis.cli;

import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Purpose;
import dev.portcullis.cli.server.GatewayProcess;
import dev.portcullis.cli.server.ServerProcess;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code portcullis gateway}: runs one; its subcommands are about all of them. */
@Command(
        name = "gateway",
        description = "Runs a gateway that asks an admin-service elsewhere.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every option is also a key of the file and an environment variable:",
            "--limits-head is limits: head: and PORTCULLIS_LIMITS_HEAD.",
            "",
            "Example:",
            "  portcullis gateway --config gateway.yaml",
            "  portcullis gateway --origin 127.0.0.1:7073 --origin-token-file edge-1.token"
        })
final class GatewayCommand extends ServeCommand {
    GatewayCommand(Map<String, String> environment) {
        super(Purpose.GATEWAY, environment);
    }

    @Override
    ServerProcess start(Configuration config) {
        return GatewayProcess.start(config);
    }
}
