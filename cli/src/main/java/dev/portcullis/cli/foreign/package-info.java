/**
 * Files of users and hashed tokens of other systems: NetBird's store, and a simple form of our own.
 * They are read as a stream; every mistake is told with its place.
 *
 * <p>May import: the JDK, Jackson, Protobuf, {@code proto}, and exit codes of {@code cli}.
 */
package dev.portcullis.cli.foreign;
