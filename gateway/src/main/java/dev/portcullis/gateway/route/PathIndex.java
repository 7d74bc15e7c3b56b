package dev.portcullis.gateway.route;

import dev.portcullis.gateway.http1.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The routes of one host, by path prefix. What a look-up costs grows with the length of the path,
 * not with the number of routes. Immutable; any thread.
 */
final class PathIndex {
    private final Candidate[] root;
    private final OctetMap<Candidate[]> places;

    /** An index of these, in the order in which they count where their paths are the same. */
    PathIndex(List<Route> routes) {
        Map<String, List<Candidate>> byPath = new HashMap<>();
        for (Route route : routes) {
            byPath.computeIfAbsent(route.path(), path -> new ArrayList<>())
                    .add(Candidate.of(route));
        }
        root = byPath.getOrDefault("", List.of()).toArray(Candidate[]::new);
        byPath.remove("");
        Map<String, Candidate[]> below = new HashMap<>();
        byPath.forEach((path, candidates) ->
                below.put(path, candidates.toArray(Candidate[]::new)));
        places = new OctetMap<>(below, false);
    }

    /** The route of a request whose path is normal, or null when there is none. */
    Route match(RequestHead head) {
        byte[] path = head.pathBytes();
        int from = head.pathFrom();
        if (path[from] != '/') {
            return null; // OPTIONS *
        }
        Route best = Candidate.first(root, head);
        int last = Math.min(head.pathTo(), from + places.longest());
        int hash = places.hash(OctetMap.SEED, path[from]);
        for (int at = from + 1; at <= last; at++) {
            if (at == head.pathTo() || path[at] == '/') {
                Candidate[] here = places.get(path, from, at, hash);
                Route route = here == null ? null : Candidate.first(here, head);
                best = route == null ? best : route;
            }
            if (at < last) {
                hash = places.hash(hash, path[at]);
            }
        }
        return best;
    }
}
