/**
 * One request and its response, from head to access-log line. {@link
 * dev.portcullis.gateway.exchange.RequestFlow} states the order of everything that happens to a
 * request; read it first.
 *
 * <p>May import: {@code http1}, {@code verdict}, {@code auth}, {@code route}, {@code lookup},
 * {@code rewrite}, {@code trace}, {@code upstream}, {@code relay}, {@code outcome}, {@code
 * protect}, {@code accesslog}, {@code watch}, Protobuf, SLF4J, {@code core}, Netty transport.
 */
package dev.portcullis.gateway.exchange;
