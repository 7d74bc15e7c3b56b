package dev.portcullis.cli;

import dev.portcullis.cli.client.ClientCommands;
import dev.portcullis.cli.config.ConfigException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point: {@code portcullis COMMAND}. */
@Command(
        name = "portcullis",
        description = "An authentication gateway for machines.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Client commands take the address of the admin API from PORTCULLIS_ADMIN (default",
            "127.0.0.1:7070), and the token from the file that PORTCULLIS_TOKEN_FILE names or from",
            "PORTCULLIS_TOKEN. 'key exchange' asks the REST API at PORTCULLIS_REST (default",
            "http://127.0.0.1:7071).",
            "",
            "Exit codes: 0 done, 1 refused, 2 wrong usage or configuration, 3 not reachable.",
            "",
            "Example:",
            "  portcullis demo",
        })
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        // the JVM keeps what names stand for longer than the gateway means to believe it
        Security.setProperty("networkaddress.cache.ttl", "5");
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = run(System.getenv(), out, err, args);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /**
     * Runs a command in this process.
     *
     * @param environment the environment variables it sees
     * @return one of {@link ExitCode}
     */
    static int run(
            Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        return commandLine(environment).setOut(out).setErr(err).execute(args);
    }

    /** The whole tree of commands. */
    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine root = new CommandLine(new Main());
        ServerCommands.addTo(root, environment);
        ClientCommands.addTo(root, environment);
        root.addSubcommand(new CompletionCommand());
        root.addSubcommand(new VersionCommand());
        versioned(root);
        // no argument is the name of a file with further arguments
        root.setExpandAtFiles(false);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(true);
        root.setParameterExceptionHandler(Main::wrongUsage);
        root.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
        return root;
    }

    private static void versioned(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Main::versioned);
    }

    /** Without a command there is only help to give. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    private static int wrongUsage(ParameterException mistake, String[] args) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("portcullis: " + OneLine.of(mistake.getMessage()));
        UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command) {
        if (failure instanceof ConfigException mistakes) {
            command.getErr().println("portcullis: " + mistakes.getMessage());
            return ExitCode.USAGE;
        }
        if (failure instanceof CommandException expected) {
            command.getErr().println("portcullis: " + OneLine.of(expected.getMessage()));
            for (String detail : expected.details()) {
                command.getErr().println("  " + OneLine.of(detail));
            }
            return expected.exitCode();
        }
        command.getErr().println("portcullis: unexpected failure; please report it:");
        failure.printStackTrace(command.getErr());
        return ExitCode.REFUSED;
    }
}
