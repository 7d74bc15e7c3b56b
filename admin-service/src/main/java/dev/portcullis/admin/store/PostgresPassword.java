package dev.portcullis.admin.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A password, or where it is. It shows itself to nobody: neither as text nor in an error. Any
 * thread.
 */
public final class PostgresPassword {
    /** For a server that asks for none, or for a certificate instead. */
    public static final PostgresPassword NONE = new PostgresPassword(null, null);

    private static final int OCTETS_MAX = 4_096;

    private final Path file;
    private final String text;

    private PostgresPassword(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /** One that is known. */
    public static PostgresPassword of(String text) {
        return new PostgresPassword(null, text);
    }

    /**
     * One in a file, which is read for every connection that is made: a password that was changed
     * there needs no new start.
     *
     * @param file a single line in UTF-8; the line feed that ends it is no part of it
     */
    public static PostgresPassword in(Path file) {
        return new PostgresPassword(file, null);
    }

    /** Whether there is any. */
    public boolean isGiven() {
        return file != null || text != null;
    }

    /** Where it is read, or null. */
    Path file() {
        return file;
    }

    /**
     * The password as it is now, or null when none is given.
     *
     * @throws IOException when its file cannot be read or holds none; the message names the file
     */
    String text() throws IOException {
        return file == null ? text : read();
    }

    private String read() throws IOException {
        byte[] octets;
        try (InputStream in = Files.newInputStream(file)) {
            octets = in.readNBytes(OCTETS_MAX + 1);
        }
        String line = decode(octets).replaceFirst("\r?\n$", "");
        if (line.isEmpty() || octets.length > OCTETS_MAX
                || line.chars().anyMatch(Character::isISOControl)) {
            throw new IOException(file + " does not hold one line with a password");
        }
        return line;
    }

    private String decode(byte[] octets) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException e) {
            // without its cause, which tells where in the password it is
            throw new IOException(file + " is not text in UTF-8");
        }
    }

    @Override
    public String toString() {
        return isGiven() ? "(hidden)" : "(none)";
    }
}
