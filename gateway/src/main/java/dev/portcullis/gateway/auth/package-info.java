/**
 * From the fields of a request to the one credential it carries.
 *
 * <p>May import: the JDK, {@code http1}, {@code outcome}, {@code core.token}.
 */
package dev.portcullis.gateway.auth;
