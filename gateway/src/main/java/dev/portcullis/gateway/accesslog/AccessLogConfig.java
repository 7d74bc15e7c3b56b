package dev.portcullis.gateway.accesslog;

/**
 * Where access-log lines go.
 *
 * @param target {@code -} for standard output, {@code off}, or the path of a file to append to
 * @param queueMax lines that may wait for the writer; more are dropped and counted
 */
public record AccessLogConfig(String target, int queueMax) {
    /** No access log. */
    public static final String OFF = "off";

    /** Standard output. */
    public static final String STDOUT = "-";

    /** A target with the usual bound. */
    public static AccessLogConfig to(String target) {
        return new AccessLogConfig(target, 65_536);
    }
}
