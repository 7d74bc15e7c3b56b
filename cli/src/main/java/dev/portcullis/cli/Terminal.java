package dev.portcullis.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/** Whether a standard stream of this process is a terminal, which Java itself cannot tell. */
public final class Terminal {
    /** Standard input. */
    public static final int STDIN = 0;

    /** Standard output. */
    public static final int STDOUT = 1;

    /** Standard error. */
    public static final int STDERR = 2;

    private static final int WAIT_SECONDS = 5;

    private Terminal() {}

    /** Asks POSIX {@code test -t}; false where there is none. Blocks for milliseconds. */
    public static boolean isTerminal(int stream) {
        try {
            Process test = new ProcessBuilder("test", "-t", Integer.toString(stream))
                    .redirectInput(Redirect.INHERIT)
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT)
                    .start();
            if (!test.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
                test.destroyForcibly();
                return false;
            }
            return test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
