package dev.portcullis.admin.service;

import java.time.Duration;
import java.time.Instant;

/** How long a token is to live. */
public sealed interface TokenLifetime {
    /** As long as the policy says when nothing is asked for. */
    record Standard() implements TokenLifetime {}

    /** To an instant. */
    record Until(Instant instant) implements TokenLifetime {}

    /** For a time from now on. */
    record For(Duration duration) implements TokenLifetime {}

    /** For ever, where the policy allows it. */
    record Never() implements TokenLifetime {}
}
