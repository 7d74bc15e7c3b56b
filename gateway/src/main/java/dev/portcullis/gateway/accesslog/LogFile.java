package dev.portcullis.gateway.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * A file that is appended to, and opened anew when its path names another file or none: so it may
 * be rotated by renaming it. Only its owner and group may read a file made here. Not thread-safe.
 */
final class LogFile implements WritableByteChannel {
    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);

    private final Path path;
    private FileChannel channel;
    private Object identity;

    private LogFile(Path path) throws IOException {
        this.path = path;
        reopen();
    }

    /**
     * Opens the file.
     *
     * @throws IOException when it cannot be written to; the message says which file and why
     */
    static LogFile open(Path path) throws IOException {
        try {
            return new LogFile(path);
        } catch (IOException e) {
            String message = "cannot write the access log " + path.toAbsolutePath() + ": ";
            throw new IOException(message + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        boolean said = e instanceof FileSystemException system && system.getReason() != null;
        return said ? ((FileSystemException) e).getReason() : String.valueOf(e.getMessage());
    }

    private void reopen() throws IOException {
        FileChannel opened = openChannel();
        FileChannel old = channel;
        channel = opened;
        identity = identity();
        if (old != null) {
            old.close();
        }
    }

    private FileChannel openChannel() throws IOException {
        try {
            return FileChannel.open(
                    path,
                    APPEND,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-r-----")));
        } catch (UnsupportedOperationException e) {
            // not a POSIX file system: its own defaults stand
            return FileChannel.open(path, APPEND);
        }
    }

    /** What tells this file from another under the same path; null when there is none. */
    private Object identity() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public int write(ByteBuffer lines) throws IOException {
        Object found = identity();
        if (found == null || !Objects.equals(found, identity)) {
            reopen();
        }
        return channel.write(lines);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
