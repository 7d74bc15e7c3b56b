package dev.portcullis.cli;

import dev.portcullis.admin.store.Dump;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.admin.store.StoreConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code portcullis export}. */
@Command(
        name = "export",
        description = {
            "Writes the whole database, of a data directory or of a server: users, groups, roles,",
            "hashes of tokens, the audit log. An admin-service may be using it meanwhile."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A dump holds no secret, but names, addresses and hashes: keep it as you keep the",
            "database. tokens.mark and peppers are no part of it.",
            "",
            "Example:",
            "  portcullis export --data /var/lib/portcullis --out portcullis.dump",
            "  portcullis export --config gateway.yaml | gpg --encrypt >portcullis.dump.gpg",
            "  portcullis export --config admin.yaml --out portcullis.dump"
        })
final class ExportCommand implements Callable<Integer> {
    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString("rw-------"));

    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "FILE",
            description = "Where to write; it must not be there yet, and only you will be able to "
                    + "read it. Default: standard output, unless that is a terminal")
    private Path file;

    @Option(names = "--progress",
            description = "Tells how far it has come even where nobody watches.")
    private boolean progress;

    ExportCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        StoreConfig data =
                ConfigOptions.loadData(spec.commandLine().getParseResult(), environment);
        try {
            Dump.Summary summary = file == null ? toStandardOutput(data) : toFile(data);
            spec.commandLine().getErr().println("exported " + summary.total()
                    + " rows, at revision " + summary.revision());
            return ExitCode.OK;
        } catch (StartException e) {
            throw new CommandException(ExitCode.REFUSED, e.getMessage());
        } catch (IOException e) {
            throw new CommandException(ExitCode.REFUSED, "cannot write the dump to "
                    + (file == null ? "standard output" : file) + ": " + e.getMessage());
        }
    }

    private Dump.Summary toStandardOutput(StoreConfig data) throws StartException, IOException {
        if (Terminal.isTerminal(Terminal.STDOUT)) {
            throw new CommandException(ExitCode.USAGE, "standard output is a terminal, where a "
                    + "dump does not belong; give --out FILE, or pipe it on");
        }
        // not closed: it is the process's own
        return write(data, new FileOutputStream(FileDescriptor.out));
    }

    /** Under another name until it is whole, so that no half of a dump is taken for one. */
    private Dump.Summary toFile(StoreConfig data) throws StartException, IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandException(ExitCode.USAGE,
                    "--out: " + file + " is there already; nothing was written");
        }
        Path part = file.resolveSibling(
                file.getFileName() + ".part-" + ProcessHandle.current().pid());
        try (FileChannel channel = FileChannel.open(part, NEW, OWNER_ONLY);
                OutputStream out = Channels.newOutputStream(channel)) {
            Dump.Summary summary = write(data, out);
            channel.force(true);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return summary;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Dump.Summary write(StoreConfig data, OutputStream out)
            throws StartException, IOException {
        Progress bar = Progress.of(spec.commandLine().getErr(), progress);
        try {
            return Dump.export(data, out, (rows, total) -> bar.at("exported", rows, total));
        } finally {
            bar.done();
        }
    }
}
