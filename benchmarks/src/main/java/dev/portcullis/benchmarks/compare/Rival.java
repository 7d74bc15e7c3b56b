package dev.portcullis.benchmarks.compare;

import java.io.IOException;
import java.util.List;

/** Something that stands in front of the upstream, or the upstream alone. */
interface Rival {
    /** Its name in the table. */
    String name();

    /** Why it cannot take part, or null when it can. */
    String missing();

    /** Whether it refuses unknown tokens. */
    boolean checks();

    /**
     * Starts it on a port.
     *
     * @return its process
     */
    Process start(Task task, int port) throws IOException;

    /**
     * What all rivals have to do.
     *
     * @param tokens what it must let pass, as text
     */
    record Task(Site site, int upstreamPort, List<String> tokens) {}
}
