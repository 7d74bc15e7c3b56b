/**
 * The verdict on a request, from its head to a permit or a refusal: route, credential, look-up,
 * verify, authorise. It touches no socket, so every door of the gateway, and the benchmarks, ask
 * the same code.
 *
 * <p>May import: {@code route}, {@code auth}, {@code lookup}, {@code outcome}, {@code http1},
 * {@code core}, Netty buffers, SLF4J.
 */
package dev.portcullis.gateway.verdict;
