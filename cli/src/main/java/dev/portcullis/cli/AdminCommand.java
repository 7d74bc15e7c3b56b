package dev.portcullis.cli;

import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Purpose;
import dev.portcullis.cli.server.AdminProcess;
import dev.portcullis.cli.server.ServerProcess;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code portcullis admin}. */
@Command(
        name = "admin",
        description = "Runs the admin-service, to which gateways of other processes connect.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every option is also a key of the file and an environment variable:",
            "--origin-listen is origin_listen: and PORTCULLIS_ORIGIN_LISTEN.",
            "",
            "Example:",
            "  portcullis admin --config admin.yaml",
            "  portcullis admin --data /var/lib/portcullis --origin-listen 127.0.0.1:7073"
        })
final class AdminCommand extends ServeCommand {
    AdminCommand(Map<String, String> environment) {
        super(Purpose.ADMIN, environment);
    }

    @Override
    ServerProcess start(Configuration config) {
        return AdminProcess.start(config);
    }
}
