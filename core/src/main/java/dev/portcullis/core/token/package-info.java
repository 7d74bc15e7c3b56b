/**
 * What a credential looks like: format, prefix, secret, checksum, hash, minting. Pure functions of
 * their arguments; randomness comes in through constructors.
 *
 * <p>May import: the JDK.
 */
package dev.portcullis.core.token;
