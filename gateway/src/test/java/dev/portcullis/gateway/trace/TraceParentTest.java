package dev.portcullis.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, level 2, sections 3.2 and 3.3. */
class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String GOOD = "00-" + TRACE + "-b7ad6b7169203331-01";

    @Test
    void wellFormed_isReadAndWrittenAlike() {
        TraceParent parent = read(GOOD);

        assertThat(parent.traceId()).isEqualTo(TRACE);
        assertThat(parent.sampled()).isTrue();
        assertThat(new String(parent.octets(), StandardCharsets.US_ASCII)).isEqualTo(GOOD);
        assertThat(read(GOOD.replace("-01", "-02")).sampled()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "01-" + TRACE + "-b7ad6b7169203331-01",
        "01-" + TRACE + "-b7ad6b7169203331-01-what-comes-later",
        "cc-" + TRACE + "-b7ad6b7169203331-01-",
        "00-" + TRACE + "-b7ad6b7169203331-ff",
    })
    void laterVersionsAndUnknownFlags_areReadAsFarAsTheyAreKnown(String value) {
        assertThat(read(value).traceId()).isEqualTo(TRACE);
        assertThat(read(value).sampled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "00",
        "00-" + TRACE + "-b7ad6b7169203331-1",
        "00-" + TRACE + "-b7ad6b7169203331-011",
        "00-" + TRACE + "-b7ad6b7169203331-01-",
        "00-" + TRACE + "-b7ad6b7169203331-01-more",
        "01-" + TRACE + "-b7ad6b7169203331-01.more",
        "ff-" + TRACE + "-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-" + TRACE + "-B7AD6B7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00_" + TRACE + "-b7ad6b7169203331-01",
        "00-" + TRACE + "_b7ad6b7169203331-01",
        "0g-" + TRACE + "-b7ad6b7169203331-01",
        "00-" + TRACE + "-b7ad6b7169203331-0x",
        "00-ag" + "f7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    })
    void malformed_isNoTrace(String value) {
        assertThat(read(value)).isNull();
    }

    @Test
    void fieldTwice_isNoTrace() {
        assertThat(TraceParent.of(head("traceparent: " + GOOD))).isNotNull();
        assertThat(TraceParent.of(head("Traceparent: " + GOOD, "tracestate: a=1"))).isNotNull();
        assertThat(TraceParent.of(head("traceparent: " + GOOD, "traceparent: " + GOOD))).isNull();
        assertThat(TraceParent.of(head("accept: *"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a=1", "a=1,b=2", "a=1 , ,b=2,", "", "fw529a3039@dt=FfAA~; x:y", "0a/b_c-d*e=1",
    })
    void goodState_isGood(String value) {
        assertThat(TraceState.isGood(head("tracestate: " + value))).as(value).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a", "=1", "a=", "A=1", "a=1,a=2", "a=1=2", "a b=1", "@a=1", "a@=1", "a@1=1",
    })
    void malformedState_isNot(String value) {
        assertThat(TraceState.isGood(head("tracestate: " + value))).as(value).isFalse();
    }

    @Test
    void stateWithTooMuchInIt_isNotGood() {
        StringBuilder most = new StringBuilder("tracestate: k0=1");
        for (int i = 1; i < 32; i++) {
            most.append(",k").append(i).append("=1");
        }
        assertThat(TraceState.isGood(head(most.toString()))).isTrue();
        assertThat(TraceState.isGood(head(most.toString(), "tracestate: one=more"))).isFalse();
        assertThat(TraceState.isGood(head("tracestate: a=" + "1".repeat(256)))).isTrue();
        assertThat(TraceState.isGood(head("tracestate: a=" + "1".repeat(257)))).isFalse();
        assertThat(TraceState.isGood(head("tracestate: " + ",".repeat(8193)))).isFalse();
    }

    private static TraceParent read(String value) {
        byte[] octets = ("x" + value + "y").getBytes(StandardCharsets.ISO_8859_1);
        return TraceParent.read(octets, 1, octets.length - 1);
    }

    private static RequestHead head(String... fields) {
        ByteBuf octets = Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n",
                StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead(new HeadLimits(32 * 1024, 8192, 100));
        assertThat(head.read(octets)).isEqualTo(Progress.COMPLETE);
        octets.release();
        return head;
    }
}
