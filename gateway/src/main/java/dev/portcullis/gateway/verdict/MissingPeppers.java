package dev.portcullis.gateway.verdict;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log which pepper a record names that this gateway does not hold: once a minute at
 * most for each, however many requests fail on it. Any thread; shared by all loops.
 */
public final class MissingPeppers {
    private static final Logger log = LoggerFactory.getLogger(MissingPeppers.class);
    private static final long INTERVAL_MILLIS = 60_000;
    private static final int IDS_MAX = 100;

    private final Map<String, Long> told = new ConcurrentHashMap<>();

    void missing(String id, long nowMillis) {
        Long last = told.get(id);
        boolean first = last == null && told.size() < IDS_MAX
                && told.putIfAbsent(id, nowMillis) == null;
        // a wall clock that was set back must not silence it
        boolean due = last != null && Math.abs(nowMillis - last) >= INTERVAL_MILLIS
                && told.replace(id, last, nowMillis);
        if (first || due) {
            log.error("credentials cannot be verified: their hashes were made with the pepper"
                    + " '{}', which this gateway does not hold; give it under tokens.peppers", id);
        }
    }
}
