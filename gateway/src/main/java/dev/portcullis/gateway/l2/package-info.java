/**
 * The shared cache (L2): records that gateways have resolved, kept in Redis under a seal, so that
 * one gateway's question spares the origin those of the others. {@link
 * dev.portcullis.gateway.l2.SharedCache} is the whole of it.
 *
 * <p>Redis is not trusted. Nothing is believed because it stands there: a record carries a seal
 * under a key that Redis never holds, and is then held against the floors like any other. Nor is
 * Redis waited for: every question ends within its time, and where Redis is slow or down it is not
 * asked at all. docs/redis.md says what is configured, docs/propagation.md which rules hold.
 *
 * <p>May import: the JDK, {@code core.token}, {@code proto} (origin), Protobuf, Lettuce
 * with the Netty it stands on, SLF4J.
 */
package dev.portcullis.gateway.l2;
