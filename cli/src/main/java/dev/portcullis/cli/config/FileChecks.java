package dev.portcullis.cli.config;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files that the configuration names and that must be there when it is used. */
final class FileChecks {
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
}
