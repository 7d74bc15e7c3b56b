package dev.portcullis.cli.simulation;

/** Whether anything goes wrong now, and how wrong this world goes. */
final class Faults {
    private final double slowMessages;
    private boolean active;

    Faults(double slowMessages) {
        this.slowMessages = slowMessages;
    }

    void active(boolean now) {
        active = now;
    }

    boolean active() {
        return active;
    }

    /** How many of the messages take long. */
    double slowMessages() {
        return slowMessages;
    }
}
