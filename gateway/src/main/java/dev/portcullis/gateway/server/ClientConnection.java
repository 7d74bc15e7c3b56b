package dev.portcullis.gateway.server;

import dev.portcullis.gateway.watch.Changed;

/** A client's connection as its event loop sees it, whatever it is at. Called on that loop. */
interface ClientConnection {
    /** Enforces deadlines and expiry; about twice a second. */
    void tick(long now, long nowMillis);

    /** Verifies anew what hangs on a record that has changed. */
    void changed(Changed changed);

    /** Closes at once, whatever is going on. */
    void cut();
}
