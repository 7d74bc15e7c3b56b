/**
 * The executable: the command line, what its commands have in common, and exit codes.
 *
 * <p>May import: the JDK, picocli, SLF4J, every other package of {@code cli}, and {@code
 * admin.store} for dumps.
 */
package dev.portcullis.cli;
