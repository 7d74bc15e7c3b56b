package dev.portcullis.admin.model;

import java.util.List;

/**
 * A part of a list.
 *
 * @param nextPageToken what asks for the part behind this one; empty when there is none
 */
public record Page<T>(List<T> items, String nextPageToken) {
    /** Copies what could change. */
    public Page {
        items = List.copyOf(items);
    }
}
