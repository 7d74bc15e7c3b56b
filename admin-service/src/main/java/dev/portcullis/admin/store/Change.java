package dev.portcullis.admin.store;

import java.util.List;

/**
 * A committed event that can alter a verdict.
 *
 * @param keys at least one, of the forms that {@link ChangeKeys} makes
 */
public record Change(long revision, List<String> keys) {
    /** Copies what could change. */
    public Change {
        keys = List.copyOf(keys);
    }
}
