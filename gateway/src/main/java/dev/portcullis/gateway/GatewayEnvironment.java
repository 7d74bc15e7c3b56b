package dev.portcullis.gateway;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Where time and chance come from. No field is null.
 *
 * @param clock the wall clock, by which credentials expire
 * @param nanoTime a monotonic clock in nanoseconds, by which leases and deadlines are measured
 * @param random seeds request ids, the gateway's id and back-off; no secret comes from it. Any
 *     thread
 */
public record GatewayEnvironment(
        InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {}
