package dev.portcullis.benchmarks.chaos;

/**
 * Something that goes wrong for a while.
 *
 * @param name in the report; without what it happens to
 * @param millis how long it lasts
 * @param begin makes it happen
 * @param end undoes it, as far as that is not left to the deployment itself
 * @param effect what rises by it; looked at before it and when all has recovered from it
 */
record Fault(String name, long millis, Step begin, Step end, Effect effect) {
    /** One half of it. */
    interface Step {
        /** Does it, within moments. */
        void run() throws Exception;
    }

    /** A count of what was seen of a fault where it hits, not of the orders to let it happen. */
    interface Effect {
        /** So far. */
        long count() throws Exception;
    }

    /** Nothing is to be undone. */
    static final Step NOTHING = () -> {};
}
