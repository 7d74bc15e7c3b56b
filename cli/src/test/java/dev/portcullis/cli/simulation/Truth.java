package dev.portcullis.cli.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether something was permitted, and when: what a gateway may answer about it at each instant.
 * A value counts from its commit until what followed it was promised to be everywhere: by the
 * answer that it had propagated, or by the instant that was named. In between either is right.
 */
final class Truth {
    private static final long NEVER = Long.MAX_VALUE;

    private static final class Version {
        final boolean permitted;
        final long revision;
        final long from;
        /** When no gateway may answer by an earlier version any more. */
        long promised = NEVER;

        Version(boolean permitted, long revision, long from) {
            this.permitted = permitted;
            this.revision = revision;
            this.from = from;
        }
    }

    private final List<Version> versions = new ArrayList<>();

    /** It has not been permitted so far. */
    Truth() {
        versions.add(new Version(false, 0, 0));
    }

    void committed(boolean permitted, long revision, long now) {
        versions.add(new Version(permitted, revision, now));
    }

    /** From a time on, everything up to a revision holds everywhere. */
    void promised(long revision, long from) {
        for (Version version : versions) {
            if (version.revision <= revision) {
                version.promised = Math.min(version.promised, from);
            }
        }
    }

    boolean now() {
        return versions.get(versions.size() - 1).permitted;
    }

    /** Whether a value may rest on the truth of some instant from {@code since} to {@code now}. */
    boolean admits(boolean permitted, long since, long now) {
        for (int i = 0; i < versions.size(); i++) {
            Version version = versions.get(i);
            long until = NEVER;
            for (Version later : versions.subList(i + 1, versions.size())) {
                until = Math.min(until, later.promised);
            }
            if (version.permitted == permitted && version.from <= now && until > since) {
                return true;
            }
        }
        return false;
    }
}
