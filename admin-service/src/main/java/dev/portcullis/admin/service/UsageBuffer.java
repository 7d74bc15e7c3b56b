package dev.portcullis.admin.service;

import dev.portcullis.admin.store.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Uses of tokens at the admin API itself, kept in memory until they are written behind. Bounded:
 * what does not fit is forgotten. Any thread.
 */
public final class UsageBuffer {
    private static final int CREDENTIALS_MAX = Usages.REPORT_MAX;

    private final Usages usages;
    /** Newest use by prefix. */
    private Map<String, Usage> pending = new LinkedHashMap<>();

    /** A buffer in front of {@code usages}. */
    public UsageBuffer(Usages usages) {
        this.usages = usages;
    }

    /** Notes a use. Never blocks for long. */
    synchronized void note(Usage usage) {
        if (pending.size() < CREDENTIALS_MAX || pending.containsKey(usage.prefix())) {
            pending.put(usage.prefix(), usage);
        }
    }

    /**
     * Writes what was noted. To be called every few seconds, and at the end.
     *
     * @throws dev.portcullis.admin.model.ServiceException when it could not be written; it is
     *     forgotten then, since a use is worth less than the memory to keep it
     */
    public void flush() {
        List<Usage> noted = drain();
        if (!noted.isEmpty()) {
            usages.report(noted);
        }
    }

    private synchronized List<Usage> drain() {
        List<Usage> noted = new ArrayList<>(pending.values());
        pending = new LinkedHashMap<>();
        return noted;
    }
}
