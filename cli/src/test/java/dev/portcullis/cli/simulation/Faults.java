package dev.portcullis.cli.simulation;

/** Whether anything goes wrong now, and how wrong this world goes. */
final class Faults {
    private final double slowMessages;
    private final boolean replays;
    private boolean active;

    Faults(double slowMessages, boolean replays) {
        this.slowMessages = slowMessages;
        this.replays = replays;
    }

    void active(boolean now) {
        active = now;
    }

    boolean active() {
        return active;
    }

    /** Whether messages come a second time, as no transport should let them. */
    boolean replays() {
        return active && replays;
    }

    /** How many of the messages take long. */
    double slowMessages() {
        return slowMessages;
    }
}
