/**
 * The description of the REST API (OpenAPI 3.1): what an operation is, what its bodies look like,
 * and the document that is made of both. Nothing here answers a request.
 *
 * <p>May import: the JDK, {@code admin.edge} for the contract's comments, Jackson.
 */
package dev.portcullis.admin.rest.openapi;
