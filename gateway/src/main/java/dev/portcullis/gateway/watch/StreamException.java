package dev.portcullis.gateway.watch;

/** A message of the origin may not come there, or says what cannot be: its stream is ended. */
final class StreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean protocol;

    StreamException(String problem) {
        this(problem, false);
    }

    private StreamException(String problem, boolean protocol) {
        super(problem);
        this.protocol = protocol;
    }

    /** The origin speaks another protocol. */
    static StreamException protocol(String problem) {
        return new StreamException(problem, true);
    }

    boolean ofProtocol() {
        return protocol;
    }
}
