package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.token.TokenPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * When credentials were last used: written behind, in batches. It changes no verdict, so it takes
 * no revision and leaves no audit event.
 */
public final class Usages {
    /** The most uses in one report. */
    public static final int REPORT_MAX = 10_000;

    private static final int SOURCE_MAX = 64;

    /** A report is written in parts, so that a revocation never waits for all of it. */
    private static final int PART = 1_000;

    private final Store store;

    /** Use cases on a store. */
    public Usages(Store store) {
        this.store = store;
    }

    /**
     * Notes uses; for each credential the newest wins, so reporting twice does no harm, and neither
     * does a report that failed half way. Unknown credentials are passed over.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT} when there are too many or one is malformed
     */
    public void report(List<Usage> usages) {
        if (usages.size() > REPORT_MAX) {
            throw ServiceException.invalid("usages", "at most " + REPORT_MAX);
        }
        List<Usage> checked = new ArrayList<>(usages.size());
        for (Usage usage : usages) {
            checked.add(check(usage));
        }
        for (int from = 0; from < checked.size(); from += PART) {
            store.recordUsage(checked.subList(from, Math.min(from + PART, checked.size())));
        }
    }

    private static Usage check(Usage usage) {
        try {
            TokenPrefix.of(usage.prefix());
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("usages.prefix", e.getMessage());
        }
        if (usage.lastUsedAt() <= 0) {
            throw ServiceException.invalid("usages.last_used_at_ms", "must be after the epoch");
        }
        if (usage.source().length() > SOURCE_MAX) {
            throw ServiceException.invalid(
                    "usages.source", "must have at most " + SOURCE_MAX + " characters");
        }
        return usage;
    }
}
