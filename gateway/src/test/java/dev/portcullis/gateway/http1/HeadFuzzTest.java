package dev.portcullis.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every head, well-formed or broken. */
@Timeout(600)
class HeadFuzzTest {
    private static byte[] withRest(Random random, byte[] head) {
        byte[] all = Arrays.copyOf(head, head.length + random.nextInt(30));
        for (int i = head.length; i < all.length; i++) {
            all[i] = (byte) Fuzz.pick(random, 'G', '\r', '\n', ' ', 'x').charValue();
        }
        return all;
    }

    @Test
    void wellFormedHeads_areAccepted() {
        Fuzz.rounds(3000, random -> {
            byte[] request = Heads.request(random);
            assertThat(HeadReading.whole(new RequestHead(Heads.LIMITS), request))
                    .startsWith(request.length + " octets");
            byte[] response = Heads.response(random);
            assertThat(HeadReading.whole(new ResponseHead(Heads.LIMITS), response))
                    .startsWith(response.length + " octets");
        });
    }

    @Test
    void requestInPieces_isReadAsInOnePiece() {
        Fuzz.rounds(10_000, random -> {
            byte[] octets = Heads.request(random);
            octets = withRest(random, random.nextInt(3) == 0
                    ? octets : Heads.mutate(random, octets));
            String whole = HeadReading.whole(new RequestHead(Heads.LIMITS), octets);
            assertThat(HeadReading.inPieces(random, Heads.usedRequestHead(), octets))
                    .isEqualTo(whole);
        });
    }

    @Test
    void responseInPieces_isReadAsInOnePiece() {
        ResponseHead used = new ResponseHead(Heads.LIMITS);
        Fuzz.rounds(10_000, random -> {
            byte[] octets = Heads.response(random);
            octets = withRest(random, random.nextInt(3) == 0
                    ? octets : Heads.mutate(random, octets));
            String whole = HeadReading.whole(new ResponseHead(Heads.LIMITS), octets);
            used.clear();
            assertThat(HeadReading.inPieces(random, used, octets)).isEqualTo(whole);
        });
    }

    @Test
    void trailersInPieces_areReadAsInOnePiece() {
        Fuzz.rounds(3000, random -> {
            String fields = String.join("\r\n", Heads.fields(random));
            byte[] octets = Heads.mutate(random, Heads.octets(fields + "\r\n\r\n"));
            String whole = HeadReading.whole(new Trailers(), octets);
            assertThat(HeadReading.inPieces(random, new Trailers(), octets)).isEqualTo(whole);
        });
    }

    /** Lengths close to the limits, where a line end may fall on either side of a piece's end. */
    @Test
    void requestsAboutTheLimits_areReadInPiecesAsInOnePiece() {
        HeadLimits small = new HeadLimits(90, 40, 4);
        Fuzz.rounds(10_000, random -> {
            String end = Fuzz.pick(random, "\r\n", "\r\n", "\n", "");
            String text = "GET /" + "a".repeat(random.nextInt(45)) + " HTTP/1.1" + end
                    + "Host: a\r\n" + "A:\r\n".repeat(random.nextInt(5))
                    + "X:" + "y".repeat(random.nextInt(60)) + end + "\r\n";
            byte[] octets = Heads.octets(text);
            assertThat(HeadReading.inPieces(random, new RequestHead(small), octets))
                    .isEqualTo(HeadReading.whole(new RequestHead(small), octets));
        });
    }

    /** Garbage without any form: the parsers take it, say no or wait, and throw nothing. */
    @Test
    void randomOctets_throwNothing() {
        Fuzz.rounds(3000, random -> {
            byte[] octets = new byte[random.nextInt(200)];
            random.nextBytes(octets);
            byte[] begun = Heads.octets("GET / HTTP/1.1\r\n");
            if (random.nextBoolean() && octets.length > begun.length) {
                System.arraycopy(begun, 0, octets, 0, begun.length);
            }
            assertThat(HeadReading.whole(new RequestHead(Heads.LIMITS), octets)).isNotNull();
            assertThat(HeadReading.whole(new ResponseHead(Heads.LIMITS), octets)).isNotNull();
        });
    }
}
