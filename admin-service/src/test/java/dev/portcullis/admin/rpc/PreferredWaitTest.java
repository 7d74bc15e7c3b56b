package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferredWaitTest {
    private static final Metadata.Key<String> PREFER =
            Metadata.Key.of("prefer", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration OTHERWISE = Duration.ofSeconds(5);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wait=0                        | 0
            wait=2                        | 2
            Wait = "3"                    | 3
            respond-async, wait=1         | 1
            wait=1; whatever=2, wait=4    | 1
            wait=5                        | 5
            wait=60                       | 5
            wait=-1                       | 5
            wait=1.5                      | 5
            wait=12345678901234567890     | 5
            await=1                       | 5
            wait                          | 5
            return=minimal                | 5
            """)
    void preference_shortensTheWaitOrIsNone(String value, int seconds) {
        Metadata headers = new Metadata();
        headers.put(PREFER, value);

        assertThat(PreferredWait.in(headers, OTHERWISE)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void noPreference_isTheOtherWait() {
        assertThat(PreferredWait.in(new Metadata(), OTHERWISE)).isEqualTo(OTHERWISE);
    }

    @Test
    void severalHeaders_theFirstThatSaysSoCounts() {
        Metadata headers = new Metadata();
        headers.put(PREFER, "return=minimal");
        headers.put(PREFER, "wait=1");
        headers.put(PREFER, "wait=3");

        assertThat(PreferredWait.in(headers, OTHERWISE)).isEqualTo(Duration.ofSeconds(1));
    }
}
