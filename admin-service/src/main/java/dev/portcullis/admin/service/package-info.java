/**
 * The use cases: one method, one transaction. Each authorises its actor first, then validates, then
 * changes or reads. Calls block on the database, so they belong on worker threads.
 *
 * <p>May import: the JDK, {@code admin.model}, {@code admin.store}, {@code core}, Jackson's writer,
 * slf4j, the JOSE library.
 */
package dev.portcullis.admin.service;
