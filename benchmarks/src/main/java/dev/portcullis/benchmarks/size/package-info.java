/**
 * What the size of the database costs: the same use cases on a small and on a large one, in turn;
 * and the memory of a server on each. Not shipped.
 *
 * <p>May import: the JDK, {@code java.sql}, the SQLite driver, {@code core}, {@code admin-service},
 * {@code benchmarks}.
 */
package dev.portcullis.benchmarks.size;
