package dev.portcullis.gateway.lookup;

import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.gateway.lookup.LookupResult.Found;

/** A credential record in L1. Any thread. */
final class CredentialEntry {
    private final CredentialRecord record;
    private final long asOf;
    private final UsageCell usage;
    /**
     * The last answer, so that a hit allocates nothing. A data race on purpose: all its fields are
     * final, so whichever answer a thread sees is whole, and it is only used for the principal
     * entry that it was made of.
     */
    private Found answer;

    CredentialEntry(CredentialRecord record, long asOf, UsageReporter reporter) {
        this.record = record;
        this.asOf = asOf;
        this.usage = new UsageCell(record.prefix(), reporter);
    }

    CredentialRecord record() {
        return record;
    }

    long asOf() {
        return asOf;
    }

    UsageCell usage() {
        return usage;
    }

    Found with(PrincipalEntry principal) {
        Found known = answer;
        if (known != null && known.principalEntry() == principal) {
            return known;
        }
        Found made = new Found(this, principal);
        answer = made;
        return made;
    }
}
