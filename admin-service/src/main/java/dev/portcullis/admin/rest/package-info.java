/**
 * The admin API over HTTP/1.1 with JSON. For users and tokens the paths, fields and errors are
 * those of the NetBird REST API; keys are exchanged by OAuth. Translation only: every rule lives in
 * {@code service}.
 *
 * <p>May import: the JDK, {@code admin.change}, {@code admin.edge}, {@code admin.model},
 * {@code admin.rest.openapi}, {@code admin.service}, {@code admin.store} for its {@code
 * StartException}, {@code core.access}, {@code core.token}, Netty, Jackson, SLF4J.
 */
package dev.portcullis.admin.rest;
