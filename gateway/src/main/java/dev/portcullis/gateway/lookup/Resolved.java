package dev.portcullis.gateway.lookup;

import dev.portcullis.core.access.Principal;
import dev.portcullis.core.verify.CredentialRecord;

/**
 * A well-formed answer of the origin about a credential prefix.
 *
 * @param asOf the revision of the one snapshot that everything was read in
 * @param credential null when no credential has the prefix
 * @param parent the API key that the credential was exchanged from; null for what was not exchanged
 * @param principal null when there is no such user; of the credential's user otherwise
 */
record Resolved(
        long asOf, CredentialRecord credential, CredentialRecord parent, Principal principal) {}
