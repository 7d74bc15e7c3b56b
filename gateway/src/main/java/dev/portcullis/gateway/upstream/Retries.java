package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.upstream.UpstreamConnection.Reached;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether one request that failed is sent again, which it is only when that cannot do harm:
 *
 * <ul>
 *   <li>a request for which no connection was to be had, whatever its method, at up to three other
 *       addresses: nobody has had any work with it, so that this multiplies nothing. Addresses that
 *       get no requests, because they failed or are not well, are tried last;
 *   <li>a request with which the application has said that it did nothing, whatever its method, as
 *       often as configured and as the cluster's budget has room; likewise one that found no
 *       connection at four addresses;
 *   <li>a safe request on a kept connection that turned out to be dead, once, on a new one, and
 *       elsewhere where there is an elsewhere. That is nobody's failure and costs the application
 *       nothing: it is neither counted as an attempt nor against the budget.
 * </ul>
 *
 * <p>Nothing else ever is (RFC 9110, section 9.2.2). One for each exchange, made when its first
 * attempt has failed. Not thread-safe: it belongs to the exchange's loop.
 */
public final class Retries {
    private static final int OTHERS_MAX = 3;

    private final Cluster cluster;
    private final List<Address> failed = new ArrayList<>(2);
    private int attempts = 1;
    private boolean repeated;
    private boolean holdsPlace;

    /** None so far. */
    public Retries(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Whether a request is sent again; if so, that is counted.
     *
     * @param from where it failed
     * @param repeatable done twice is done once (RFC 9110, section 9.2.1)
     * @param whole nothing of its body was taken from the client yet
     */
    public boolean permit(Reached reached, Address from, boolean repeatable, boolean whole) {
        boolean again = switch (reached) {
            case STALE -> repeatable && !repeated && shuns(from);
            case UNSENT -> whole && elsewhere(from)
                    && (failed.size() <= OTHERS_MAX || mayTryAgain());
            case REFUSED -> whole && mayTryAgain();
            case SENT -> false;
        };
        if (again) {
            repeated |= reached == Reached.STALE;
            cluster.stats().retries.increment();
        }
        return again;
    }

    /** Where one connection has died others are dying: another address is the better guess. */
    private boolean shuns(Address from) {
        if (cluster.members().usable().size() > 1) {
            failed.add(from);
        }
        return true;
    }

    /** Whether there is an address at which it did not fail. */
    private boolean elsewhere(Address from) {
        failed.add(from);
        return cluster.members().known().stream().anyMatch(other -> !failed.contains(other));
    }

    private boolean mayTryAgain() {
        if (attempts >= cluster.config().retry().attempts()) {
            return false;
        }
        if (!holdsPlace) {
            holdsPlace = cluster.retryBudget().take();
            if (!holdsPlace) {
                cluster.stats().retriesRefused.increment();
                return false;
            }
        }
        attempts++;
        return true;
    }

    /** Whether it failed at this address. */
    boolean failedAt(Address address) {
        return failed.contains(address);
    }

    /** Whether it failed at all of these. */
    boolean failedAtAll(List<Address> addresses) {
        return failed.containsAll(addresses);
    }

    /** The answer has begun, or there will be none: others may be sent again. */
    public void end() {
        if (holdsPlace) {
            holdsPlace = false;
            cluster.retryBudget().giveBack();
        }
    }
}
