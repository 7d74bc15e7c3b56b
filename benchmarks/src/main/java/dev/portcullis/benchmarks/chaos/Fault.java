package dev.portcullis.benchmarks.chaos;

/**
 * Something that goes wrong for a while.
 *
 * @param name in the report; without what it happens to
 * @param millis how long it lasts
 * @param begin makes it happen
 * @param end undoes it, as far as that is not left to the deployment itself
 */
record Fault(String name, long millis, Step begin, Step end) {
    /** One half of it. */
    interface Step {
        /** Does it, within moments. */
        void run() throws Exception;
    }

    /** Nothing is to be undone. */
    static final Step NOTHING = () -> {};
}
