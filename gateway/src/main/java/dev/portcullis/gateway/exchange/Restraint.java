package dev.portcullis.gateway.exchange;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.protect.Guard;
import dev.portcullis.gateway.protect.RatePolicy;
import dev.portcullis.gateway.protect.RateState;
import dev.portcullis.gateway.route.RouteConfig.Rate;

/**
 * What keeps an exchange from going on though nothing is wrong with its request: too many of them,
 * or too much from one source or on one credential. Not thread-safe: one for each event loop.
 */
final class Restraint {
    private final Guard guard;

    Restraint(Guard guard) {
        this.guard = guard;
    }

    /** Whether one more may begin. */
    boolean admits(Exchange exchange) {
        boolean admitted = guard.admits();
        exchange.counted(admitted);
        return admitted;
    }

    /** It is over, however it went. */
    void left(Exchange exchange) {
        if (exchange.isCounted()) {
            guard.ended();
        }
    }

    /** Whether its source has failed so often that nothing is looked up for it. */
    boolean holdsBack(Exchange exchange) {
        boolean held = guard.holdsBack(exchange.source(), exchange.beganNanos());
        if (held) {
            awaitSource(exchange);
        }
        return held;
    }

    /**
     * Counts a verdict against its source if it is of a credential that is not good.
     *
     * @return what its client is told
     */
    Refusal judged(Exchange exchange, Refusal refusal) {
        boolean tooOften = refusal.isFailedAttempt()
                && guard.failed(exchange.source(), exchange.beganNanos());
        if (tooOften) {
            awaitSource(exchange);
        }
        return tooOften ? Refusal.RATE_LIMITED : refusal;
    }

    private void awaitSource(Exchange exchange) {
        exchange.retryAfterSeconds(
                guard.retryAfterSeconds(exchange.source(), exchange.beganNanos()));
    }

    /** Whether its credential asks for no more than the route lets it; taken off if so. */
    boolean isWithinRate(Exchange exchange) {
        Rate rate = exchange.verdict().route().config().limits().perToken();
        LookupResult.Found found = exchange.verdict().found();
        if (rate == null || found == null) {
            return true;
        }
        RatePolicy policy = new RatePolicy(rate.requests(), rate.period(), rate.burst());
        RateState state = guard.take(
                countedBy(found), exchange.verdict().route().name(), policy,
                exchange.beganNanos());
        exchange.rateFields(state.fields(policy));
        exchange.retryAfterSeconds((int) Math.max(1, state.retryAfterSeconds()));
        return state.within();
    }

    /** All that is exchanged from one key is one: else a new exchange would be a new allowance. */
    private static TokenPrefix countedBy(LookupResult.Found found) {
        CredentialRecord key = found.parent();
        return key == null ? found.credential().prefix() : key.prefix();
    }
}
