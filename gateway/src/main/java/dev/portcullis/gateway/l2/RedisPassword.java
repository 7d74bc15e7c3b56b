package dev.portcullis.gateway.l2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where the password for Redis is had from: its file is read for each connection, so a changed
 * password needs no restart. It never shows what is in it.
 */
public final class RedisPassword {
    private static final int BYTES_MAX = 4_096;

    private final Path file;

    private RedisPassword(Path file) {
        this.file = file;
    }

    /** The password that stands in a file, without a line's end behind it. */
    public static RedisPassword in(Path file) {
        return new RedisPassword(file);
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /**
     * Reads it.
     *
     * @throws IOException when it cannot be read, is empty or is too long; the message names the
     *     file and nothing of its content
     */
    char[] read() throws IOException {
        byte[] octets = Files.readAllBytes(file);
        try {
            int length = octets.length;
            while (length > 0 && (octets[length - 1] == '\n' || octets[length - 1] == '\r')) {
                length--;
            }
            if (length == 0 || length > BYTES_MAX) {
                throw new IOException(file + " holds no password");
            }
            return StandardCharsets.UTF_8
                    .decode(ByteBuffer.wrap(octets, 0, length)).toString().toCharArray();
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RedisPassword password && file.equals(password.file);
    }

    @Override
    public int hashCode() {
        return file.hashCode();
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
