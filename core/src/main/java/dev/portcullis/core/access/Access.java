package dev.portcullis.core.access;

/** What a request asks for. */
public enum Access {
    READ,
    WRITE;

    /**
     * The access that a method needs: GET, HEAD and OPTIONS read, every other method, known or not,
     * writes. Methods are case-sensitive (RFC 9110, section 9.1), so {@code get} writes.
     */
    public static Access of(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> READ;
            default -> WRITE;
        };
    }
}
