/**
 * From the head that came to the head that goes on. Towards the upstream: the credential removed,
 * everything that only the gateway may say deleted and then set. Nothing is forwarded but what is
 * written here from the parsed form.
 *
 * <p>May import: the JDK, Netty buffers, {@code http1}, {@code route}, {@code protect}, {@code
 * core.access}, {@code core.token}.
 */
package dev.portcullis.gateway.rewrite;
