/**
 * A Java agent for the gateways of a chaos run: gives one a wall clock that can be set while it
 * runs, and, when asked, a mistake, to see that the run finds it. The product itself has neither.
 * Not shipped.
 *
 * <p>May import: the JDK, Byte Buddy, and {@code gateway.watch}.
 */
package dev.portcullis.benchmarks.agent;
