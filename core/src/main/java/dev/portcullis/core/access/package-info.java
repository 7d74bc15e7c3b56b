/**
 * Who may do what: roles, read and write, the decision. Only this package makes a {@link
 * dev.portcullis.core.access.Permit}, and only from a verified credential.
 *
 * <p>May import: the JDK, {@code core.token}, {@code core.verify}.
 */
package dev.portcullis.core.access;
