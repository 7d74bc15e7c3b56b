package dev.portcullis.cli;

import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Purpose;
import dev.portcullis.cli.server.ServerProcess;
import dev.portcullis.cli.server.Standalone;
import java.util.Map;
import picocli.CommandLine.Command;

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
final class StandaloneCommand extends ServeCommand {
    StandaloneCommand(Map<String, String> environment) {
        super(Purpose.STANDALONE, environment);
    }

    @Override
    ServerProcess start(Configuration config) {
        return Standalone.start(config);
    }
}
