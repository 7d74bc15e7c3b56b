package dev.portcullis.admin.service;

import java.util.List;

/** What gateways refused: kept in the audit log as rate-limited summaries, and acted upon where a replaced credential came back. As {@link Users} for threads and errors. */
public final class Refusals {
    /** Takes a report in. INVALID_ARGUMENT when it is malformed or has more than 1,000 entries. */
    public void report(String gatewayId, List<Refusal> refusals) {
        throw new UnsupportedOperationException();
    }
}
