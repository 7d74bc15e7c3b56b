/**
 * What the admin-service speaks about: users, bindings, tokens, who acts, what was committed, and
 * why a call failed. Values only; no rule and no I/O.
 *
 * <p>May import: the JDK, {@code core.access}, {@code core.token}.
 */
package dev.portcullis.admin.model;
