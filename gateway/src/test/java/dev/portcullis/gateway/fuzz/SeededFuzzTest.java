package dev.portcullis.gateway.fuzz;

import dev.portcullis.gateway.http1.Fuzz;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The properties with some thousand octet strings each, made of well-formed ones. */
@Timeout(600)
class SeededFuzzTest {
    private static final int ROUNDS = 5000;

    private interface Target {
        void run(byte[] octets);
    }

    private static void rounds(Target target, List<String> seeds) {
        Fuzz.rounds(ROUNDS, random -> target.run(Seeds.mutated(random, seeds)));
    }

    @Test
    void requestHead_holds() {
        Fuzz.rounds(ROUNDS, random -> Targets.requestHead(Seeds.head(random, true)));
    }

    @Test
    void responseHead_holds() {
        Fuzz.rounds(ROUNDS, random -> Targets.responseHead(Seeds.head(random, false)));
    }

    @Test
    void chunkedBody_holds() {
        rounds(Targets::chunkedBody, Seeds.CHUNKED);
    }

    @Test
    void path_holds() {
        rounds(Targets::path, Seeds.PATHS);
    }

    @Test
    void credential_holds() {
        Fuzz.rounds(ROUNDS, random -> Targets.credential(Seeds.credential(random)));
    }

    @Test
    void proxyHeader_holds() {
        rounds(Targets::proxyHeader, Seeds.PROXY_HEADERS);
    }

    @Test
    void forwardedFor_holds() {
        rounds(Targets::forwardedFor, Seeds.LISTS);
    }

    @Test
    void sharedRecord_holds() {
        rounds(Targets::sharedRecord, Seeds.RECORDS);
    }

    @Test
    void http2Section_holds() {
        rounds(Targets::http2Section, Seeds.SECTIONS);
    }
}
