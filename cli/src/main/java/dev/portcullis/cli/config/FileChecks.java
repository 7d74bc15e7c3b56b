package dev.portcullis.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Files that the configuration names and that must be there when it is used. */
final class FileChecks {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private FileChecks() {}

    /** The path at a key, or null; a file that cannot be read is a mistake. */
    static Path value(Section section, String key) {
        Path file = section.value(key, ValueType.PATH);
        if (file != null) {
            String wrong = wrong(file);
            if (wrong != null) {
                section.mistake(key, wrong);
            }
        }
        return file;
    }

    /** What hinders the reading of a file; null when nothing does. */
    static String wrong(Path file) {
        if (!Files.exists(file)) {
            return file + ": no such file";
        }
        if (Files.isDirectory(file)) {
            return file + ": is a directory";
        }
        return Files.isReadable(file) ? null : file + ": cannot be read";
    }

    /** What hinders the use of a file with a secret; null when nothing does. */
    static String wrongSecret(Path file) {
        String wrong = wrong(file);
        if (wrong != null) {
            return wrong;
        }
        try {
            PosixFileAttributeView posix =
                    Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (posix != null && posix.readAttributes().permissions().stream()
                    .anyMatch(OTHERS::contains)) {
                return file + ": can be read or written by others than its owner; run: chmod 600 "
                        + file;
            }
            return null;
        } catch (IOException e) {
            return file + ": cannot be read (" + e.getClass().getSimpleName() + ")";
        }
    }
}
