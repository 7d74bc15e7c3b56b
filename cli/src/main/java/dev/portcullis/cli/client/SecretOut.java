package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that a secret is going to be written to: made before the secret is, so that none is made
 * which cannot be kept, and from the first moment readable by its owner alone. Without a secret it
 * is deleted again.
 */
final class SecretOut implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private boolean written;

    private SecretOut(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the file.
     *
     * @param option that named it
     * @throws CommandException when it cannot be made, or is there already
     */
    static SecretOut create(String option, String file) {
        try {
            Path path = Path.of(file);
            return new SecretOut(path, FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))));
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(ExitCode.USAGE, option + ": " + file
                    + " is there already, and is not overwritten");
        } catch (IOException | InvalidPathException e) {
            throw new CommandException(ExitCode.USAGE, option + ": cannot make " + file + " ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * Writes the secret, durably.
     *
     * @throws CommandException when it cannot be written: it is lost then
     */
    void write(String secret) {
        ByteBuffer octets =
                ByteBuffer.wrap((secret + "\n").getBytes(StandardCharsets.US_ASCII));
        try {
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(true);
            written = true;
        } catch (IOException e) {
            throw new CommandException(ExitCode.REFUSED, "cannot write " + path + " ("
                    + e.getClass().getSimpleName() + "); what was to be kept there is lost: remove"
                    + " it and make another");
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!written) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.REFUSED, "cannot close " + path + " ("
                    + e.getClass().getSimpleName() + ")");
        }
    }
}
