package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Token;

/**
 * What introspection tells of a live credential (RFC 7662, section 2.2).
 *
 * @param userName of its user
 * @param scope as the exchange writes it; empty: not narrowed
 */
public record Introspection(Token token, String userName, String scope) {}
