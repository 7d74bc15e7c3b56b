package dev.portcullis.core.token;

/**
 * A new credential: what is stored of it ({@code prefix}, {@code hash}) and what is shown once
 * ({@code plain}).
 */
public record MintedToken(
        CredentialKind kind, TokenPrefix prefix, TokenHash hash, PlainToken plain) {}
