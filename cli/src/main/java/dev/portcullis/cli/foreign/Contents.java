package dev.portcullis.cli.foreign;

import java.util.Map;
import java.util.TreeMap;

/** How much a file holds. Grows while it is read; one thread. */
public final class Contents {
    private final Map<String, Integer> roles = new TreeMap<>();
    private int users;
    private int tokens;
    private int tokensWithoutExpiry;
    private int groupsUnknown;

    Contents() {}

    /** Users. */
    public int users() {
        return users;
    }

    /** Tokens of theirs. */
    public int tokens() {
        return tokens;
    }

    /** Tokens of NetBird without an expiry: it refuses them, and so they are left out. */
    public int tokensWithoutExpiry() {
        return tokensWithoutExpiry;
    }

    /** Memberships in groups of NetBird that are gone. */
    public int groupsUnknown() {
        return groupsUnknown;
    }

    /** How often each role of the file was turned into one of ours: {@code owner -> admin}. */
    public Map<String, Integer> roles() {
        return roles;
    }

    void user(int itsTokens) {
        users++;
        tokens += itsTokens;
    }

    void role(String theirs, String ours) {
        roles.merge(theirs + " -> " + ours, 1, Integer::sum);
    }

    void tokenWithoutExpiry() {
        tokensWithoutExpiry++;
    }

    void groupUnknown() {
        groupsUnknown++;
    }
}
