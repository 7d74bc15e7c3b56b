package dev.portcullis.admin.service;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What following the audit log runs on.
 *
 * @param followers has room for {@link AuditLog#THREADS_MAX} tasks at once, all of which may block
 * @param timer is only given what is done in no time
 * @param patience how long one event may take its reader, before the reader is given up
 */
public record AuditThreads(
        ExecutorService followers, ScheduledExecutorService timer, Duration patience) {
    /** How long an event may take its reader when nothing else is said. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);
}
