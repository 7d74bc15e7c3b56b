package dev.portcullis.gateway.tls;

import java.util.List;

/** Files of TLS that cannot be used: all mistakes in them at once. */
public final class TlsFilesException extends RuntimeException {
    private final transient List<String> mistakes;

    /** With these mistakes, at least one. */
    public TlsFilesException(List<String> mistakes) {
        super(String.join("; ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Each names its file, says what is wrong with it and what to do. No key stands in them. */
    public List<String> mistakes() {
        return mistakes;
    }
}
