package dev.portcullis.gateway.upstream;

import java.util.List;

/**
 * The addresses of a cluster at an instant. Immutable; another one takes its place when anything of
 * it changes, so that it is compared by identity.
 *
 * @param all what the names stand for, at least one
 * @param usable those that get requests, at least one: when none is well, all are used
 */
record Members(List<Address> all, List<Address> usable) {
    /** Copies what could change. */
    Members {
        all = List.copyOf(all);
        usable = List.copyOf(usable);
    }
}
