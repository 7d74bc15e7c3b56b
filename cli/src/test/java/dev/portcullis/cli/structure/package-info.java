/**
 * Tests that read the project's own sources and classes: what is tidy, and which arrows are
 * allowed.
 *
 * <p>May import: the JDK with its compiler, JUnit, AssertJ, ArchUnit.
 */
package dev.portcullis.cli.structure;
