package dev.portcullis.cli.config;

import java.util.Collection;

/** "Did you mean": the nearest of the known words, if any is near. */
final class Suggestion {
    /** Longer texts are nobody's slip of the finger. */
    private static final int LENGTH_MAX = 64;

    private Suggestion() {}

    /** The nearest of {@code known}, or null when none is near enough to be meant. */
    static String nearest(String word, Collection<String> known) {
        if (word.length() > LENGTH_MAX) {
            return null;
        }
        String nearest = null;
        int least = Math.max(1, Math.min(3, word.length() / 3)) + 1;
        for (String candidate : known) {
            int distance = distance(word.replace('-', '_'), candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** The first of {@code known} that is one insertion, deletion or replacement away, or null. */
    static String oneSlipAway(String word, Collection<String> known) {
        for (String candidate : known) {
            if (word.length() <= LENGTH_MAX && distance(word, candidate) == 1) {
                return candidate;
            }
        }
        return null;
    }

    /** Levenshtein's: how many insertions, deletions and replacements lie between two words. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
