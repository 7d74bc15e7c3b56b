package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.outcome.FaultSource;
import dev.portcullis.gateway.outcome.Refusal;
import java.util.Locale;

/** What became of an exchange, in one word: a label of its metrics. */
public enum Outcome {
    /** The application's response was relayed whole, whatever its status. */
    OK,
    /** The gateway answered itself: it would not, or could not, let the request through. */
    REFUSED,
    /** The application could not be reached, or did not answer as it should, whole and in time. */
    UPSTREAM_FAILED,
    /** The client went away, or broke off, while it was being served. */
    CLIENT_GONE,
    /** It was permitted and was not any more, or the gateway failed: cut in mid-response. */
    CUT;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** For machines: {@code upstream_failed}. */
    public String word() {
        return word;
    }

    static Outcome of(Exchange exchange) {
        if (exchange.code() == null) {
            return OK;
        }
        Refusal refusal = exchange.refusal();
        if (refusal == null) {
            return brokenOff(exchange.code());
        }
        if (refusal.source() == FaultSource.UPSTREAM) {
            return UPSTREAM_FAILED;
        }
        return exchange.phase().compareTo(ExchangePhase.RESPONSE) < 0 ? REFUSED : CUT;
    }

    /** There was no reply of the gateway's own: its time had passed, or nobody was there. */
    private static Outcome brokenOff(String code) {
        for (Refusal refusal : Refusal.values()) {
            if (refusal.code().equals(code)) {
                return switch (refusal.source()) {
                    case UPSTREAM -> UPSTREAM_FAILED;
                    case DOWNSTREAM -> CLIENT_GONE;
                    case INTERNAL -> CUT;
                };
            }
        }
        return CLIENT_GONE;
    }
}
