package dev.portcullis.core.verify;

/** What verifying a credential came to: {@link VerifiedCredential} or {@link Rejection}. */
public sealed interface Verification permits VerifiedCredential, Rejection {}
