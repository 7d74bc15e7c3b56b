/**
 * What tests of a gateway are made of: a scripted upstream, a raw client, an origin in memory, and
 * a fixture that starts a real gateway between them and finds out what leaked. Everything speaks
 * over real sockets and reads strictly: a malformed octet is never passed over.
 *
 * <p>May import: the JDK, gRPC, {@code proto}, {@code core}, the gateway's public classes, JUnit,
 * AssertJ, Awaitility, Logback.
 */
package dev.portcullis.gateway.testkit;
