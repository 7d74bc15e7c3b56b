package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.chaos.Timeline.Expected;

/** A token and what has to become of it. Any thread. */
final class Credential {
    private final String text;
    private final Holder holder;
    private final Timeline own;
    private final Timeline key;

    /**
     * One that is on its way to be good.
     *
     * @param key of the API key that it was exchanged from; null for what was not exchanged
     */
    Credential(String text, Holder holder, Timeline key) {
        this.text = text;
        this.holder = holder;
        this.key = key;
        this.own = new Timeline(Expected.EITHER);
    }

    /** The public prefix. */
    String id() {
        return text.split("_")[1];
    }

    String text() {
        return text;
    }

    Holder holder() {
        return holder;
    }

    Timeline own() {
        return own;
    }

    boolean wasExchanged() {
        return key != null;
    }

    /** What has to become of a request that was sent and answered at these instants. */
    Expected expected(boolean writes, long sent, long answered) {
        Expected all = own.during(sent, answered);
        all = both(all, holder.open().during(sent, answered));
        if (key != null) {
            all = both(all, key.during(sent, answered));
        }
        return writes ? both(all, holder.writes().during(sent, answered)) : all;
    }

    /** One reason to refuse is enough; to accept, all have to agree. */
    private static Expected both(Expected one, Expected other) {
        if (one.isRefused()) {
            return one;
        }
        if (other.isRefused()) {
            return other;
        }
        return one == Expected.ACCEPTED && other == Expected.ACCEPTED
                ? Expected.ACCEPTED
                : Expected.EITHER;
    }

    /** Not the token. */
    @Override
    public String toString() {
        return id();
    }
}
