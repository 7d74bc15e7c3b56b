package dev.portcullis.cli.config;

/** The configuration cannot be used. The message lists every mistake, one on each line. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int mistakes;

    ConfigException(String message, int mistakes) {
        super(message, null, false, false);
        this.mistakes = mistakes;
    }

    /** How many mistakes there are, at least one. */
    public int mistakes() {
        return mistakes;
    }
}
