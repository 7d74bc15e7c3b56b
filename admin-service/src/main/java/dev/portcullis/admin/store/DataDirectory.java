package dev.portcullis.admin.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory of one process's data. It is locked, through the file {@code lock} in it, from
 * opening to closing: the lock belongs to the process and goes when the process does, however it
 * ends.
 */
final class DataDirectory implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int PID_TEXT_MAX = 32;

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** Makes the directory where it is missing, and locks it. */
    static DataDirectory open(Path path) throws StartException {
        try {
            Files.createDirectories(path, OWNER_ONLY_DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            throw new StartException(
                    "it is not a directory", path, "Name a directory for the data", e);
        } catch (IOException e) {
            throw new StartException(
                    "the directory does not exist and cannot be made (" + e + ")", path,
                    "Make it, writable by the user that Portcullis runs as", e);
        }
        return lock(path);
    }

    private static DataDirectory lock(Path path) throws StartException {
        Path lockPath = path.resolve("lock");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(lockPath,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
                            StandardOpenOption.WRITE),
                    OWNER_ONLY_FILE);
            if (!tryLock(channel)) {
                StartException locked = lockedBy(path, holder(channel));
                channel.close();
                throw locked;
            }
            writeHolder(channel);
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartException(
                    "the directory is not writable (" + e + ")", path,
                    "Let the user that Portcullis runs as write to it", e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // held by this very process
            return false;
        }
    }

    private static StartException lockedBy(Path path, String holder) {
        return new StartException(
                "another process" + holder + " is using this data directory", path,
                "Stop it first, or name another directory", null);
    }

    /** For the message alone: the number in the file can be out of date, the lock cannot. */
    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(PID_TEXT_MAX);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).trim();
        return pid.matches("[0-9]{1,20}") ? " (" + pid + ")" : "";
    }

    private static void writeHolder(FileChannel channel) throws IOException {
        String pid = ProcessHandle.current().pid() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    /** The place of a file; it is made, empty and for its owner only, when it is missing. */
    Path file(String name) throws StartException {
        Path file = path.resolve(name);
        try {
            Files.createFile(file, OWNER_ONLY_FILE);
        } catch (FileAlreadyExistsException e) {
            return file;
        } catch (IOException e) {
            throw new StartException(
                    "the file cannot be made (" + e + ")", file,
                    "Let the user that Portcullis runs as write to the directory", e);
        }
        return file;
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // nothing was written that could be lost
            }
        }
    }

    /** Unlocks the directory. */
    @Override
    public void close() {
        closeQuietly(lockFile);
    }
}
