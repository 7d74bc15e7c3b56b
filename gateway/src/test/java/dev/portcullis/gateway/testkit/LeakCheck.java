package dev.portcullis.gateway.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

/**
 * Makes Netty report buffers that were dropped without being released. The reports come as log
 * errors, which a {@link LogRecorder} takes for trouble.
 */
final class LeakCheck {
    private static final int ROUNDS = 3;

    private LeakCheck() {}

    /** Every allocation is tracked from now on. */
    static void arm() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    /** Has the collector find what is lost, and allocates: that is when leaks are reported. */
    static void provoke() {
        for (int round = 0; round < ROUNDS; round++) {
            System.gc();
            for (int i = 0; i < 8; i++) {
                ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer(16);
                ByteBuf composite = ByteBufAllocator.DEFAULT.compositeBuffer();
                direct.release();
                composite.release();
            }
        }
    }
}
