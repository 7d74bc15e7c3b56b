package dev.portcullis.gateway.wire;

import dev.portcullis.gateway.testkit.H2Client;
import java.io.IOException;

/**
 * One thing a client may do, and what the standard makes of it.
 *
 * @param name begins with the section
 * @param stream the stream that the outcome is about; 0 for the connection
 * @param error the error that is due, {@link #FINE} for none, {@link #ANY} for whichever
 */
record Http2Case(String name, Frames frames, int stream, int error) {
    static final int FINE = -1;
    static final int ANY = -2;

    /** What is sent on a connection that has begun in order. */
    interface Frames {
        void send(H2Client client) throws IOException;
    }

    /** It ends the connection. */
    static Http2Case connection(String name, int error, Frames frames) {
        return new Http2Case(name, frames, 0, error);
    }

    /** It ends stream 1, and nothing else. */
    static Http2Case stream(String name, int error, Frames frames) {
        return new Http2Case(name, frames, 1, error);
    }

    /** There is nothing wrong with it, and stream 1 is answered. */
    static Http2Case fine(String name, Frames frames) {
        return new Http2Case(name, frames, 1, FINE);
    }

    @Override
    public String toString() {
        return name;
    }
}
