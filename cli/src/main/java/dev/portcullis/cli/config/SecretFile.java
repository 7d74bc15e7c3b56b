package dev.portcullis.cli.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** A file that holds a secret, which its owner alone can read. No message shows any of it. */
public final class SecretFile {
    private static final int FILE_BYTES_MAX = 8_192;
    private static final Pattern SECRET = Pattern.compile("[!-~]{1,4096}");
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private SecretFile() {}

    /**
     * The secret as it is in the file now, without the white space around it.
     *
     * @throws IllegalArgumentException when it cannot be had; the message begins with the file
     */
    public static String of(Path file) {
        try {
            return read(file);
        } catch (BadValueException e) {
            throw new IllegalArgumentException(file + " " + e.getMessage());
        }
    }

    /** @throws BadValueException says what is wrong with the file, without naming it */
    static String read(Path file) throws BadValueException {
        String text = new String(octets(file, FILE_BYTES_MAX), StandardCharsets.ISO_8859_1)
                .strip();
        if (!SECRET.matcher(text).matches()) {
            throw new BadValueException("does not hold a secret: one line of up to 4,096 visible "
                    + "ASCII characters");
        }
        return text;
    }

    /** The beginning of a file that others than its owner may not read. */
    static byte[] octets(Path file, int max) throws BadValueException {
        try (InputStream in = Files.newInputStream(file)) {
            PosixFileAttributeView posix =
                    Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (posix != null) {
                Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
                open.retainAll(posix.readAttributes().permissions());
                if (!open.isEmpty()) {
                    throw new BadValueException("can be read or written by others than its owner; "
                            + "run: chmod 600 FILE");
                }
            }
            return in.readNBytes(max);
        } catch (NoSuchFileException e) {
            throw new BadValueException("is not there");
        } catch (IOException e) {
            throw new BadValueException("cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
