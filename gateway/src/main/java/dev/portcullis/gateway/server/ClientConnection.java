package dev.portcullis.gateway.server;

import dev.portcullis.gateway.watch.Changed;

/**
 * A client's connection as its loop sees it, whatever is spoken on it: something with deadlines,
 * something that hangs on records, something that can be cut. All on the loop.
 */
interface ClientConnection {
    /** Enforces deadlines and expiry; about twice a second. */
    void tick(long now, long nowMillis);

    /** Verifies anew what hangs on records that have changed. */
    void changed(Changed changed);

    /** Closes at once, whatever is going on. */
    void cut();
}
