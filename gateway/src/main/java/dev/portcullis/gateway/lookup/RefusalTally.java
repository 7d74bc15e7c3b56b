package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What one event loop has refused since it was last asked. The loop alone touches it, so that a
 * flood costs one look into a small table for each request, and no lock: the control thread asks
 * by a task on the loop. Not thread-safe.
 */
public final class RefusalTally {
    final Executor loop;
    private final RefusalCounts counts = new RefusalCounts();

    RefusalTally(Executor loop) {
        this.loop = loop;
    }

    /**
     * Counts a request that was refused for its credential.
     *
     * @param code of the refusal
     * @param prefix of the credential; null when its secret was not proved
     * @param source the client's address; not null
     * @param application that it was for
     * @param nowMillis milliseconds since the epoch
     */
    public void count(
            String code,
            TokenPrefix prefix,
            InetAddress source,
            String application,
            long nowMillis) {
        counts.add(new RefusedAlike(code, prefix, source, application), nowMillis);
    }

    /** Hands over what has been counted, and begins anew. */
    List<RefusalCounts.Summary> take() {
        return counts.take(Integer.MAX_VALUE);
    }
}
