package dev.portcullis.gateway.http1;

/** What a request really came over, whatever form it has inside. */
public enum Protocol {
    HTTP_1_0("HTTP/1.0"),
    HTTP_1_1("HTTP/1.1"),
    HTTP_2("HTTP/2");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    /** Its number alone, {@code 1.1}. */
    public String version() {
        return text.substring("HTTP/".length());
    }

    /** As it is written, {@code HTTP/1.1}. */
    public String text() {
        return text;
    }
}
