package dev.portcullis.gateway.l2;

import java.io.IOException;

/** What a Redis said is not what a Redis may say; its connection is closed. */
final class ReplyException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param problem what is wrong with it; nothing of its content */
    ReplyException(String problem) {
        super(problem);
    }
}
