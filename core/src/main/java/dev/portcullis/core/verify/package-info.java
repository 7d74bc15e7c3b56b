/**
 * Is the presented secret the one on record, and is the credential good now? A pure function:
 * record, secret and instant come in, a result comes out, in constant time as far as the secret is
 * concerned.
 *
 * <p>May import: the JDK, {@code core.token}, and of {@code core.access} the restrictions that a
 * record holds, which import nothing of ours.
 */
package dev.portcullis.core.verify;
