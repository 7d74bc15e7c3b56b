/**
 * The admin-service as one thing: what it can be told, and how it is started and stopped.
 *
 * <p>May import: the JDK, gRPC's API, every other package of this module, {@code core.token},
 * {@code core.access}.
 */
package dev.portcullis.admin;
