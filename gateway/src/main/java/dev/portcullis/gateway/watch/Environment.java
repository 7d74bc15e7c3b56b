package dev.portcullis.gateway.watch;

import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What comes from outside: time, chance and the control thread. No field is null.
 *
 * @param wallClock the time of day; any thread
 * @param nanoTime a monotonic clock in nanoseconds, as {@link System#nanoTime}; any thread
 * @param random for back-off and for the gateway's id; nothing secret comes from it
 * @param scheduler the control thread: <b>one</b> thread, on which all changes are applied and all
 *     timers run. Its owner shuts it down, after whatever uses it has been closed
 */
public record Environment(
        InstantSource wallClock,
        LongSupplier nanoTime,
        RandomGenerator random,
        ScheduledExecutorService scheduler) {}
