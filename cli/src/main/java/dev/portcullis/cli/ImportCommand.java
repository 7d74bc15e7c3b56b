package dev.portcullis.cli;

import dev.portcullis.admin.store.Dump;
import dev.portcullis.admin.store.DumpException;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.admin.store.StoreConfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portcullis import}; below it is what comes from other systems. */
@Command(
        name = "import",
        description = {
            "Fills a database with nothing in it, of a data directory or of a server, with what",
            "'export' wrote, all of it or nothing. No admin-service may be using it."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Tokens go on working, where tokens.mark and the peppers are the same.",
            "A file called netbird is given as ./netbird.",
            "",
            "Example:",
            "  portcullis import --data /var/lib/portcullis portcullis.dump",
            "  portcullis import --config admin.yaml portcullis.dump",
            "  portcullis import netbird store.json --dry-run"
        })
final class ImportCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    // not required in picocli's sense: it would be asked for before a command below, too
    @Parameters(paramLabel = "FILE", arity = "0..1",
            description = "What 'export' wrote; - for standard input.")
    private String file;

    @Option(names = "--progress",
            description = "Tells how far it has come even where nobody watches.")
    private boolean progress;

    ImportCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (file == null) {
            throw new CommandException(ExitCode.USAGE,
                    "Missing required parameter: 'FILE'; see 'portcullis import --help'");
        }
        StoreConfig data =
                ConfigOptions.loadData(spec.commandLine().getParseResult(), environment);
        Progress bar = Progress.of(spec.commandLine().getErr(), progress);
        try (InputStream in = open()) {
            Dump.Summary summary =
                    Dump.importInto(data, in, (rows, total) -> bar.at("imported", rows, total));
            bar.done();
            spec.commandLine().getErr().println("imported " + summary.total()
                    + " rows, at revision " + summary.revision());
            return ExitCode.OK;
        } catch (StartException e) {
            throw new CommandException(ExitCode.REFUSED, e.getMessage());
        } catch (DumpException e) {
            throw new CommandException(ExitCode.REFUSED,
                    file + ": " + e.getMessage() + "; nothing was imported");
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new CommandException(ExitCode.USAGE, "no such file: " + file);
        } catch (IOException e) {
            throw new CommandException(ExitCode.REFUSED,
                    "cannot read " + file + ": " + e.getMessage() + "; nothing was imported");
        } finally {
            bar.done();
        }
    }

    private InputStream open() throws IOException {
        return file.equals("-")
                ? new BufferedInputStream(System.in)
                : new BufferedInputStream(Files.newInputStream(Path.of(file)));
    }
}
