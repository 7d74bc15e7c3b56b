package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Token;
import dev.portcullis.core.token.PlainToken;

/**
 * A token or key just rotated.
 *
 * @param plain the whole text of the new one, to be revealed in the one reply that shows it
 * @param replaced the old one, as it is now
 */
public record RotatedToken(PlainToken plain, Token token, Token replaced) {}
