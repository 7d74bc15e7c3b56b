/**
 * The gateway's knowledge of credentials and principals: L1, the table of unknown prefixes, floors,
 * questions to L2 and to the origin, reports of use and of refusals. {@link
 * dev.portcullis.gateway.lookup.Records} is the whole of it, {@link
 * dev.portcullis.gateway.lookup.Lookup} what a request needs.
 *
 * <p>A record may be served only when it was read no earlier than the newest change to its key that
 * this gateway has seen. docs/propagation.md has the rules, the reasons and the threads.
 *
 * <p>May import: the JDK, {@code core}, {@code proto} (origin), {@code gateway.watch}, {@code
 * gateway.l2}, gRPC, Caffeine, SLF4J.
 */
package dev.portcullis.gateway.lookup;
