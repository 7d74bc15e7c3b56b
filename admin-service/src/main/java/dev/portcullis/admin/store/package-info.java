/**
 * The truth: rows, audit events and the change log, written together or not at all.
 *
 * <p>May import: the JDK, {@code java.sql}, the drivers of SQLite and PostgreSQL, HikariCP,
 * Flyway, Jackson's streams, SLF4J, {@code admin.model}, {@code core}.
 */
package dev.portcullis.admin.store;
