package dev.portcullis.gateway.rewrite;

/**
 * What the upstream is told of the connection a request came by.
 *
 * @param address the client's address as text, in ASCII
 */
public record Caller(byte[] address) {}
