package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** The caller's token: from a file or the environment, never from the command line. */
final class TokenSource {
    /** The environment variable with the name of a file that holds the token. */
    static final String FILE_VARIABLE = "PORTCULLIS_TOKEN_FILE";

    /** The environment variable with the token. */
    static final String VARIABLE = "PORTCULLIS_TOKEN";

    private static final int LENGTH_MAX = 4_096;

    private TokenSource() {}

    /**
     * The token.
     *
     * @throws CommandException for wrong usage; no message repeats what was read
     */
    static String read(Map<String, String> environment) {
        String file = environment.get(FILE_VARIABLE);
        String token = environment.get(VARIABLE);
        if (file == null && token == null) {
            throw usage("no token: set " + FILE_VARIABLE + " to a file that holds an "
                    + "administrator's; that of the first is bootstrap-token in the data "
                    + "directory of the server");
        }
        if (file != null && token != null) {
            throw usage(FILE_VARIABLE + " and " + VARIABLE + " are both set; unset one of them");
        }
        return file == null
                ? checked(VARIABLE, token, "a token")
                : checked(FILE_VARIABLE + " (" + file + ")", readFile(FILE_VARIABLE, file),
                        "a token");
    }

    /** A secret without the white space around it; what is no header value is refused. */
    static String checked(String where, String text, String what) {
        String stripped = text.strip();
        // what is no header value must not get as far as a message about headers
        if (!stripped.matches("[!-~]{1," + LENGTH_MAX + "}")) {
            throw usage(where + " does not hold " + what);
        }
        return stripped;
    }

    /**
     * The beginning of a file, enough for any secret.
     *
     * @param name the option or variable that named the file
     * @throws CommandException when it cannot be read
     */
    static String readFile(String name, String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return new String(in.readNBytes(2 * LENGTH_MAX), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw usage(name + ": no such file: " + file);
        } catch (IOException | InvalidPathException e) {
            throw usage(name + ": cannot read " + file + " ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }
}
