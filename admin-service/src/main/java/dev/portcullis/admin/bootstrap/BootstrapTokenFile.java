package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.service.FirstAdministrator.TokenSink;
import dev.portcullis.core.token.PlainToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file in which the operator finds the first administrator's token: readable by its owner only
 * from the moment it exists, and whole or not there at all.
 */
final class BootstrapTokenFile implements TokenSink {
    private final Path file;

    BootstrapTokenFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Writes the token, in place of what an interrupted start may have left; in a directory of its
     * owner alone, where there was none.
     *
     * @throws UncheckedIOException when it cannot be made durable
     */
    @Override
    public void keep(PlainToken token) {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            // where the database is elsewhere nobody has made it before
            Files.createDirectories(file.getParent(), PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(temporary);
            write(temporary, token.reveal() + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path path, String text) throws IOException {
        // made anew, and with its permissions: nobody can have it open, or put a link in its place
        try (FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(true);
        }
    }

    /** Makes the new name itself durable. */
    private void syncDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    Path path() {
        return file;
    }
}
