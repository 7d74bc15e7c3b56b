package dev.portcullis.gateway.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The properties, guided by coverage. Without {@code JAZZER_FUZZ=1} each runs with nothing, and
 * with what was found earlier and is kept beside it; with it, the one that is named runs for as
 * long as it may.
 */
class JazzerTargets {
    private static final String LONGEST = "24h";

    @FuzzTest(maxDuration = LONGEST)
    void requestHead(byte[] octets) {
        Targets.requestHead(octets);
    }

    @FuzzTest(maxDuration = LONGEST)
    void responseHead(byte[] octets) {
        Targets.responseHead(octets);
    }

    @FuzzTest(maxDuration = LONGEST)
    void chunkedBody(byte[] octets) {
        Targets.chunkedBody(octets);
    }

    @FuzzTest(maxDuration = LONGEST)
    void path(byte[] octets) {
        Targets.path(octets);
    }

    @FuzzTest(maxDuration = LONGEST)
    void credential(byte[] octets) {
        Targets.credential(octets);
    }

    @FuzzTest(maxDuration = LONGEST)
    void proxyHeader(byte[] octets) {
        Targets.proxyHeader(octets);
    }

    @FuzzTest(maxDuration = LONGEST)
    void forwardedFor(byte[] octets) {
        Targets.forwardedFor(octets);
    }

    @FuzzTest(maxDuration = LONGEST)
    void http2Section(byte[] octets) {
        Targets.http2Section(octets);
    }
}
