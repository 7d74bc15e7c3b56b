package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Token;
import dev.portcullis.core.token.PlainToken;

/**
 * A token just issued.
 *
 * @param plain the whole text, to be revealed in the one reply that shows it
 */
public record IssuedToken(PlainToken plain, Token token) {}
