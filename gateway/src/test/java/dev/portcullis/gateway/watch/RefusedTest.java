package dev.portcullis.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.watch.WatchStats.End;
import io.grpc.Status;
import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a stream has ended, for the log and the metric. */
class RefusedTest {
    private static final String BY_GRPC = "io exception\nChannel Pipeline: [a, b, c]";

    @ParameterizedTest
    @CsvSource({"UNAUTHENTICATED, NOT_ADMITTED, true", "PERMISSION_DENIED, NOT_ADMITTED, true",
            "RESOURCE_EXHAUSTED, TOO_MANY_ATTEMPTS, true", "FAILED_PRECONDITION, PROTOCOL, true",
            "ALREADY_EXISTS, ID_TAKEN, false"})
    void refusalOfTheOrigin_hasAReasonAndAnAdvice(Status.Code code, End end, boolean lasting) {
        Refused refused = Refused.by(code.toStatus().withDescription("because"));
        assertThat(refused.end()).isEqualTo(end);
        assertThat(refused.lasting()).isEqualTo(lasting);
        assertThat(refused.advice()).isNotBlank();
    }

    @Test
    void brokenConnection_isNoRefusal() {
        Status status = Status.UNAVAILABLE.withDescription(BY_GRPC)
                .withCause(new IOException("Connection refused"));
        assertThat(Refused.by(status)).isNull();
        assertThat(Refused.why(status)).isEqualTo("Connection refused");
        assertThat(Refused.by(Status.CANCELLED)).isNull();
    }

    @Test
    void certificateThatIsNotBelieved_isToldApart() {
        Status status = Status.UNAVAILABLE.withDescription(BY_GRPC)
                .withCause(new SSLHandshakeException("General problem"));
        status.getCause().initCause(new CertificateException("no name of it matches\nany more"));
        assertThat(Refused.by(status).end()).isEqualTo(End.HANDSHAKE);
        assertThat(Refused.why(status)).isEqualTo("no name of it matches");
    }

    @Test
    void why_isOneLineOfBoundedLength() {
        assertThat(Refused.why(Status.UNAVAILABLE)).isEqualTo("UNAVAILABLE");
        assertThat(Refused.why(Status.UNAVAILABLE.withDescription(BY_GRPC)))
                .isEqualTo("io exception");
        assertThat(Refused.why(Status.UNAVAILABLE.withDescription("x".repeat(10_000))))
                .hasSize(300);
        IOException circle = new IOException("a");
        IOException other = new IOException("b", circle);
        circle.initCause(other);
        assertThat(Refused.why(Status.UNAVAILABLE.withCause(circle))).isIn("a", "b");
    }
}
