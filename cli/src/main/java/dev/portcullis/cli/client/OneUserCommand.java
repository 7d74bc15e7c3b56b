package dev.portcullis.cli.client;

import java.util.Map;
import picocli.CommandLine.Parameters;

/** A command about one user. */
abstract class OneUserCommand extends ClientCommand {
    @Parameters(paramLabel = "USER", description = "Name or id.")
    String user;

    OneUserCommand(Map<String, String> environment) {
        super(environment);
    }
}
