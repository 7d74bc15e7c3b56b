package dev.portcullis.gateway.l2;

import java.util.Locale;

/** What became of a question to the shared cache. */
public enum CacheOutcome {
    /** A record under its seal, as new as it has to be. */
    HIT,
    /** Nothing is kept under that key. */
    MISS,
    /** A record that is older than a change to it. */
    STALE,
    /** A record that is newer than all that this gateway has been told of. */
    AHEAD,
    /** Octets without the seal of the current key, or of another prefix. */
    UNSEALED,
    /** Under its seal, and yet no record that this release understands. */
    MALFORMED,
    /** Not asked: the origin has not told a key. */
    NO_KEY,
    /** Not asked: there is no connection. */
    DISCONNECTED,
    /** Not asked: it was slow or failed too often a moment ago. */
    RESTING,
    /** Not asked: as many questions as may be asked at once are under way. */
    BUSY,
    /** Asked, and not answered in time. */
    SLOW,
    /** Asked, and answered with an error. */
    FAILED;

    /** Whether a record that was to be kept can come to this. */
    public boolean endsWrites() {
        return this == HIT || compareTo(DISCONNECTED) >= 0;
    }

    /** How metrics name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
