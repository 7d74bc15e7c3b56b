/**
 * How an exchange that was not simply forwarded ends: one table of refusals, the only place where a
 * failure becomes a status.
 *
 * <p>May import: the JDK.
 */
package dev.portcullis.gateway.outcome;
