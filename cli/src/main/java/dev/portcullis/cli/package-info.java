/**
 * The executable: the command line, what its commands have in common, and exit codes.
 *
 * <p>May import: the JDK, picocli, SLF4J, and every other package of {@code cli}.
 */
package dev.portcullis.cli;
