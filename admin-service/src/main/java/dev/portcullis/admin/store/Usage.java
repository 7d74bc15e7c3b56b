package dev.portcullis.admin.store;

/**
 * When a credential was last used, as a gateway has seen it.
 *
 * @param lastUsedAt milliseconds since the epoch
 * @param source the client's address, without port
 */
public record Usage(String prefix, long lastUsedAt, String source) {}
