package dev.portcullis.gateway.upstream;

import java.util.List;

/**
 * The addresses of a cluster at an instant. Immutable; another one takes its place when anything of
 * it changes, so that it is compared by identity.
 *
 * @param all what the names stand for, at least one
 * @param known those that can be connected to, at least one: where no name stands for anything, all
 * @param usable those that get requests, at least one: when none is well, all are used
 */
record Members(List<Address> all, List<Address> known, List<Address> usable) {
    /** Copies what could change. */
    Members {
        all = List.copyOf(all);
        known = List.copyOf(known);
        usable = List.copyOf(usable);
    }
}
