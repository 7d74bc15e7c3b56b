package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RpcLimitsTest {
    /** The launcher gives the whole process 256 MiB. */
    private static final long MEMORY = 256L * 1024 * 1024;

    @Test
    void whatStrangersMayHold_isAtMostHalfOfTheMemory() {
        RpcLimits limits = RpcLimits.defaults();
        long held = (long) limits.connectionsMax() * limits.callsMax() * limits.messageBytesMax();
        assertThat(held).isLessThanOrEqualTo(MEMORY / 2);
    }
}
