/**
 * The gateway over real sockets: what goes in, what the upstream sees, what comes back.
 *
 * <p>May import: everything a test may, and the test kit.
 */
package dev.portcullis.gateway.wire;
