package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that prints what it got as a table or as JSON. */
@Command(mixinStandardHelpOptions = true)
abstract class OutputCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<form>",
            defaultValue = "table",
            description = "How to print: ${COMPLETION-CANDIDATES}. Default: table")
    private OutputFormat format;

    OutputCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The environment variables that it sees. */
    final Map<String, String> environment() {
        return environment;
    }

    /** Where it prints, in the form that was asked for. */
    final Output output() {
        return new Output(format, spec.commandLine().getOut(), spec.commandLine().getErr());
    }

    /** The arguments make no sense together. */
    static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }
}
