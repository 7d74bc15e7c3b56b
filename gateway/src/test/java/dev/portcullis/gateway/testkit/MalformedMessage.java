package dev.portcullis.gateway.testkit;

import java.io.IOException;

/** What came over a connection is not a well-formed HTTP/1.1 message. */
public final class MalformedMessage extends IOException {
    MalformedMessage(String what) {
        super(what);
    }
}
