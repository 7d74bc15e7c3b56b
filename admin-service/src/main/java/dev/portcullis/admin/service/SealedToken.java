package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Token;

/**
 * What automatic rotation made.
 *
 * @param sealed the whole text as JWE in compact form, readable by the user alone
 */
public record SealedToken(Token token, String sealed) {}
