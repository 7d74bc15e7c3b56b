package dev.portcullis.admin.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A wall clock that stands still until it is moved. */
public final class SettableClock implements InstantSource {
    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);

    @Override
    public Instant instant() {
        return now.get();
    }

    public void advance(Duration by) {
        now.updateAndGet(before -> before.plus(by));
    }

    public void set(Instant instant) {
        now.set(instant);
    }
}
