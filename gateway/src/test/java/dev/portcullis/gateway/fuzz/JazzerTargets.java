package dev.portcullis.gateway.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The properties, guided by coverage. Without {@code JAZZER_FUZZ=1} each runs with its seeds and
 * with what was found earlier and is kept beside it; with it, the one that is named runs for as
 * long as it may.
 */
class JazzerTargets {
    private static final String LONGEST = "24h";
    private static final String SEEDS = "dev.portcullis.gateway.fuzz.Seeds#";

    @MethodSource(SEEDS + "requestHead")
    @FuzzTest(maxDuration = LONGEST)
    void requestHead(byte[] octets) {
        Targets.requestHead(octets);
    }

    @MethodSource(SEEDS + "responseHead")
    @FuzzTest(maxDuration = LONGEST)
    void responseHead(byte[] octets) {
        Targets.responseHead(octets);
    }

    @MethodSource(SEEDS + "chunkedBody")
    @FuzzTest(maxDuration = LONGEST)
    void chunkedBody(byte[] octets) {
        Targets.chunkedBody(octets);
    }

    @MethodSource(SEEDS + "path")
    @FuzzTest(maxDuration = LONGEST)
    void path(byte[] octets) {
        Targets.path(octets);
    }

    @MethodSource(SEEDS + "credential")
    @FuzzTest(maxDuration = LONGEST)
    void credential(byte[] octets) {
        Targets.credential(octets);
    }

    @MethodSource(SEEDS + "proxyHeader")
    @FuzzTest(maxDuration = LONGEST)
    void proxyHeader(byte[] octets) {
        Targets.proxyHeader(octets);
    }

    @MethodSource(SEEDS + "forwardedFor")
    @FuzzTest(maxDuration = LONGEST)
    void forwardedFor(byte[] octets) {
        Targets.forwardedFor(octets);
    }

    @MethodSource(SEEDS + "sharedRecord")
    @FuzzTest(maxDuration = LONGEST)
    void sharedRecord(byte[] octets) {
        Targets.sharedRecord(octets);
    }

    @MethodSource(SEEDS + "http2Section")
    @FuzzTest(maxDuration = LONGEST)
    void http2Section(byte[] octets) {
        Targets.http2Section(octets);
    }
}
