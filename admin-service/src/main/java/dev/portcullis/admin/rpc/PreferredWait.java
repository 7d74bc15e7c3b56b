package dev.portcullis.admin.rpc;

import io.grpc.Metadata;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a caller prefers to wait for a change to take effect everywhere: {@code Prefer: wait=N},
 * in seconds (RFC 7240, section 4.3). With 0 the reply tells how things stand at the commit. It
 * only ever shortens the wait; what is not understood is no preference.
 */
final class PreferredWait {
    private static final Metadata.Key<String> PREFER =
            Metadata.Key.of("prefer", Metadata.ASCII_STRING_MARSHALLER);

    private static final Pattern WAIT =
            Pattern.compile("(?i)(?:^|,)\\s*wait\\s*=\\s*\"?([0-9]{1,6})\"?\\s*(?=[;,]|$)");

    private PreferredWait() {}

    /** The first that is stated, or {@code otherwise} if that is shorter or none is. */
    static Duration in(Metadata headers, Duration otherwise) {
        Iterable<String> values = headers.getAll(PREFER);
        if (values == null) {
            return otherwise;
        }
        for (String value : values) {
            Matcher wait = WAIT.matcher(value);
            if (wait.find()) {
                Duration preferred = Duration.ofSeconds(Long.parseLong(wait.group(1)));
                return preferred.compareTo(otherwise) < 0 ? preferred : otherwise;
            }
        }
        return otherwise;
    }
}
