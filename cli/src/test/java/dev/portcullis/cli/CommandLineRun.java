package dev.portcullis.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** What a command came to that was run in this process. */
public record CommandLineRun(int exitCode, String stdout, String stderr) {
    /** Runs it with no environment but this. */
    public static CommandLineRun of(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                Main.run(environment, new PrintWriter(out), new PrintWriter(err), arguments);
        return new CommandLineRun(exitCode, out.toString(), err.toString());
    }
}
