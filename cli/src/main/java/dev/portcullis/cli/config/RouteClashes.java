package dev.portcullis.cli.config;

import dev.portcullis.gateway.route.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds applications that no request can reach, as one that stands before them takes all that they
 * match. Only those of one host and path can: otherwise one is the more exact.
 */
final class RouteClashes {
    private record Seen(RouteConfig.Match match, Origin origin) {}

    private final Mistakes mistakes;
    private final Map<String, List<Seen>> places = new HashMap<>();

    RouteClashes(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** The next application in the order of the file. */
    void add(RouteConfig route, Section given) {
        RouteConfig.Match match = route.match();
        Origin origin = given.origin(given.has("path") ? "path" : "host");
        List<Seen> here = places.computeIfAbsent(match.host() + match.path(),
                place -> new ArrayList<>());
        for (Seen first : here) {
            if (takesAll(first.match, match)) {
                String where = match.host() + match.path();
                mistakes.add(origin, "applications: " + where + " is taken"
                        + (first.match.equals(match) ? "" : " with all that is asked for here")
                        + ", at " + first.origin.where());
                return;
            }
        }
        here.add(new Seen(match, origin));
    }

    /** Whether {@code first} is tried before {@code later}, and matches whatever that matches. */
    private static boolean takesAll(RouteConfig.Match first, RouteConfig.Match later) {
        boolean methods = first.methods().isEmpty()
                ? later.methods().isEmpty()
                : !later.methods().isEmpty() && first.methods().containsAll(later.methods());
        return methods
                && first.headers().size() == later.headers().size()
                && first.headers().entrySet().stream().allMatch(field -> {
                    String value = later.headers().get(field.getKey());
                    return value != null
                            && (field.getValue().equals("*") || field.getValue().equals(value));
                });
    }
}
