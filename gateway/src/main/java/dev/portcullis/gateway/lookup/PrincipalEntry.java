package dev.portcullis.gateway.lookup;

import dev.portcullis.core.access.Principal;

/**
 * A principal record in L1.
 *
 * @param principal null when there is no such user
 * @param asOf the revision of the snapshot it was read in
 */
record PrincipalEntry(Principal principal, long asOf) {}
