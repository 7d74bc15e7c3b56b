package dev.portcullis.gateway.tls;

import java.util.ArrayList;
import java.util.List;

/**
 * What looking at the files again has led to. Immutable.
 *
 * @param changed what is used anew, by its first file
 * @param mistakes in what has changed and cannot be used: what was there before is kept
 */
public record Reloaded(List<String> changed, List<String> mistakes) {
    /** No file has changed. */
    public static final Reloaded NOTHING = new Reloaded(List.of(), List.of());

    /** Copies what could change. */
    public Reloaded {
        changed = List.copyOf(changed);
        mistakes = List.copyOf(mistakes);
    }

    /** This and that. */
    public Reloaded and(Reloaded other) {
        List<String> allChanged = new ArrayList<>(changed);
        allChanged.addAll(other.changed);
        List<String> allMistakes = new ArrayList<>(mistakes);
        allMistakes.addAll(other.mistakes);
        return new Reloaded(allChanged, allMistakes);
    }
}
