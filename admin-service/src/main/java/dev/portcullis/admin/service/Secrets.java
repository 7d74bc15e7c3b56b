package dev.portcullis.admin.service;

import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenMint;

/**
 * Where secrets come from, and how they are known again.
 *
 * @param mint of the policy's mark
 * @param peppers that hashes were or are made with
 */
public record Secrets(TokenMint mint, Peppers peppers) {}
