package dev.portcullis.gateway.watch;

import java.util.concurrent.Executor;

/** Told of changes on each event loop, so that what hangs on them there can be cut. */
@FunctionalInterface
public interface LoopListener {
    /**
     * Called on {@code loop}, after the changes were applied and before they are acknowledged: a
     * look-up made now finds nothing older than them. Must not block. When it throws, nothing is
     * acknowledged, and it is called again a little later with at least the same changes; so a
     * second call with the same changes must do no harm.
     *
     * @param loop the loop that this call runs on, one of those the watch was created with
     */
    void changed(Executor loop, Changed changed);
}
