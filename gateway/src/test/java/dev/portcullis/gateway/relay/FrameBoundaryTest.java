package dev.portcullis.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FrameBoundaryTest {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private final FrameBoundary boundary = new FrameBoundary();

    private static void frame(ByteArrayOutputStream out, int head, int length, boolean masked) {
        int mask = masked ? 0x80 : 0;
        out.write(head);
        if (length < 126) {
            out.write(mask | length);
        } else if (length < 65536) {
            out.write(mask | 126);
            out.write(length >> 8);
            out.write(length);
        } else {
            out.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write(shift > 24 ? 0 : length >> shift);
            }
        }
        for (int i = 0; i < length + (masked ? 4 : 0); i++) {
            out.write(CLOSE);
        }
    }

    private void pass(byte[] octets, int from, int to) {
        ByteBuf piece = Unpooled.wrappedBuffer(octets, from, to - from);
        boundary.passed(piece);
        assertThat(piece.readableBytes()).isEqualTo(to - from);
        piece.release();
    }

    @Test
    void nothingPassed_isOpen() {
        assertThat(boundary.isOpen()).isTrue();
    }

    @Test
    void framesInPiecesOfAnySize_isOpenExactlyBetweenThem() {
        Random random = new Random(1);
        List<Integer> lengths = new ArrayList<>(List.of(0, 1, 125, 126, 127, 65535, 65536, 70000));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Set<Integer> boundaries = new HashSet<>(Set.of(0));
        for (int i = 0; i < 40; i++) {
            int length = i < lengths.size() ? lengths.get(i) : random.nextInt(300);
            frame(out, TEXT, length, random.nextBoolean());
            boundaries.add(out.size());
        }
        byte[] octets = out.toByteArray();
        int at = 0;
        while (at < octets.length) {
            int to = Math.min(octets.length, at + random.nextInt(1 + (at % 7 == 0 ? 5000 : 3)));
            pass(octets, at, to);
            at = to;
            assertThat(boundary.isOpen()).as("at %d", at).isEqualTo(boundaries.contains(at));
        }
    }

    @Test
    void closeFramePassed_isNotOpenAnyMore() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame(out, CLOSE, 2, false);
        frame(out, TEXT, 1, false);
        pass(out.toByteArray(), 0, out.size());
        assertThat(boundary.isOpen()).isFalse();
    }

    @Test
    void lengthBeyondBounds_isNotOpenAnyMore() {
        byte[] octets = {(byte) TEXT, 127, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0};
        pass(octets, 0, octets.length);
        assertThat(boundary.isOpen()).isFalse();
    }
}
