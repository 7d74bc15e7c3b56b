/**
 * From the fields of a request to the one credential it carries.
 *
 * <p>May import: the JDK, {@code http1}, {@code outcome}, core {@code token}.
 */
package dev.portcullis.gateway.auth;
