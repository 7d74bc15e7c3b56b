package dev.portcullis.gateway.auth;

import dev.portcullis.core.token.PresentedCredential;

/**
 * What a request claims: a well-formed credential and, where HTTP Basic carried it, the user name
 * it came with.
 *
 * @param userName null unless the carrier names a user; it must then be the credential's user
 */
public record Claim(PresentedCredential credential, String userName) {}
