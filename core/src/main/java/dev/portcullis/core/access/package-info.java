/**
 * Who may do what: roles, read and write, the decision. Only this package makes a {@link
 * dev.portcullis.core.access.Permit}, and only from a verified credential.
 *
 * <p>What a credential is restricted to ({@link dev.portcullis.core.access.Restrictions}, and the
 * role and the address ranges in it) stands on its own, because the record of a credential holds
 * it: it imports the JDK alone.
 *
 * <p>May import: the JDK, {@code core.token}, {@code core.verify}.
 */
package dev.portcullis.core.access;
