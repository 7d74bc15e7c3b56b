package dev.portcullis.admin.origin;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the origin counts of gateways in other processes. Any thread. */
public final class OriginStats {
    /** Why gateways are turned away. */
    public enum Refusal {
        /** No credential, or one that nobody has. */
        CREDENTIAL_INVALID,
        /** The credential of an enrolment that was ended, has expired or was replaced. */
        CREDENTIAL_ENDED,
        /** The credential of somebody else, a blocked enrolment, or a source it is not for. */
        NOT_ALLOWED,
        /** Too many failed attempts from one source. */
        TOO_MANY_ATTEMPTS,
        /** The handshake was not completed: no TLS, or no certificate that is believed. */
        HANDSHAKE_FAILED,
        /** It speaks a protocol that this origin does not. */
        PROTOCOL_UNKNOWN,
        /** Another process watches under the same id. */
        ID_TAKEN,
        /** A message that may not come there. */
        MESSAGE_INVALID
    }

    final AtomicInteger streams = new AtomicInteger();
    private final LongAdder[] refusals = new LongAdder[Refusal.values().length];

    OriginStats() {
        for (int i = 0; i < refusals.length; i++) {
            refusals[i] = new LongAdder();
        }
    }

    void count(Refusal refusal) {
        refusals[refusal.ordinal()].increment();
    }

    /** How many were turned away for a reason. */
    public long refused(Refusal refusal) {
        return refusals[refusal.ordinal()].sum();
    }

    /** Streams that are open. */
    public int streams() {
        return streams.get();
    }
}
