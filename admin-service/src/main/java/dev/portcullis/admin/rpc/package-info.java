/**
 * The admin API over gRPC, as {@code portcullis/admin/v1} describes it. Translation only: every
 * rule lives in {@code service}.
 *
 * <p>May import: the JDK, {@code proto}, {@code core.access}, {@code core.token}, {@code
 * admin.edge}, {@code admin.model}, {@code admin.change}, {@code admin.service}, {@code
 * admin.store} for its {@code StartException}, gRPC, Protobuf, SLF4J.
 */
package dev.portcullis.admin.rpc;
