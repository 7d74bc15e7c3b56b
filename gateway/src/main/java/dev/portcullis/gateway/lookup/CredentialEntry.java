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
     * final, so whichever answer a thread sees is whole, and it is only used for the entries that
     * it was made of.
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

    /** The answer that these make together; {@code parent} is null where the record has none. */
    Found with(CredentialEntry parent, PrincipalEntry principal) {
        Found known = answer;
        if (known != null
                && known.principalEntry() == principal
                && known.parentEntry() == parent) {
            return known;
        }
        Found made = new Found(this, parent, principal);
        answer = made;
        return made;
    }
}
