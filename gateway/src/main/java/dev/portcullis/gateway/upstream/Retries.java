package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.upstream.UpstreamConnection.Reached;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether one request that failed is sent again, which it is only when that cannot do harm:
 *
 * <ul>
 *   <li>a request of which nothing was sent, or with which the application has said that it did
 *       nothing, whatever its method, as often as configured and as the cluster's budget has room.
 *       Where there was no connection it has to be another address;
 *   <li>a safe request on a kept connection that turned out to be dead, once, on a new one, and
 *       elsewhere where there is an elsewhere. That is nobody's failure and costs the application
 *       nothing: it is neither counted as an attempt nor against the budget.
 * </ul>
 *
 * <p>Nothing else ever is (RFC 9110, section 9.2.2). One for each exchange, made when its first
 * attempt has failed. Not thread-safe: it belongs to the exchange's loop.
 */
public final class Retries {
    private static final int SIBLINGS_MAX = 3;

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
            case UNSENT -> whole && elsewhere(from) && mayTryAgain(from);
            case REFUSED -> whole && mayTryAgain(null);
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
        return cluster.members().usable().stream().anyMatch(other -> !failed.contains(other));
    }

    /**
     * That another address of the same name is tried is part of connecting to that name, as a name
     * stands for all of them: an address family that has no way there must cost nobody a request.
     */
    private boolean mayTryAgain(Address from) {
        if (from != null && failed.size() <= SIBLINGS_MAX
                && !failed.containsAll(from.endpoint().addresses())) {
            return true;
        }
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

    /** The answer has begun, or there will be none: others may be sent again. */
    public void end() {
        if (holdsPlace) {
            holdsPlace = false;
            cluster.retryBudget().giveBack();
        }
    }
}
