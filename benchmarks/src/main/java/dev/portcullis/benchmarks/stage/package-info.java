/**
 * Whole deployments on one machine: PostgreSQL, a Redis cluster, replicas of the admin-service and
 * gateways, each a process of its own on the loopback, with relays between them that can be told to
 * fail. Not shipped.
 *
 * <p>May import: the JDK, gRPC, {@code proto}, {@code benchmarks.agent}, and the embedded
 * PostgreSQL and Redis.
 */
package dev.portcullis.benchmarks.stage;
