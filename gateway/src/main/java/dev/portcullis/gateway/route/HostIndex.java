package dev.portcullis.gateway.route;

import dev.portcullis.gateway.http1.RequestHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All routes by host: those for a named one, those for what is below a name, those for any.
 * Immutable; any thread.
 */
final class HostIndex {
    private static final String WILDCARD = "*";

    private final PathIndex any;
    private final OctetMap<PathIndex> named;
    /** By what stands behind the star, with its dot. */
    private final OctetMap<PathIndex> below;

    /** An index of these, in the order in which they count where host and path are the same. */
    HostIndex(List<Route> routes) {
        Map<String, List<Route>> byHost = new LinkedHashMap<>();
        for (Route route : routes) {
            byHost.computeIfAbsent(route.config().match().host(), host -> new ArrayList<>())
                    .add(route);
        }
        Map<String, PathIndex> exact = new LinkedHashMap<>();
        Map<String, PathIndex> wild = new LinkedHashMap<>();
        byHost.forEach((host, atHost) -> {
            if (host.startsWith(WILDCARD)) {
                wild.put(host.substring(WILDCARD.length()), new PathIndex(atHost));
            } else {
                exact.put(host, new PathIndex(atHost));
            }
        });
        PathIndex anyHost = exact.remove("");
        any = anyHost == null ? new PathIndex(List.of()) : anyHost;
        named = new OctetMap<>(exact, true);
        below = new OctetMap<>(wild, true);
    }

    /** Whether the host matters at all. */
    boolean namesHosts() {
        return named.longest() >= 0 || below.longest() >= 0;
    }

    /** The route of a request whose path is normal, or null when there is none. */
    Route match(RequestHead head) {
        Route route = namesHosts() && head.hasHost() ? atHost(head) : null;
        return route == null ? any.match(head) : route;
    }

    private Route atHost(RequestHead head) {
        byte[] bytes = head.bytes();
        int from = head.hostFrom();
        int to = hostTo(head);
        PathIndex exact = named.get(bytes, from, to);
        Route route = exact == null ? null : exact.match(head);
        // from the longest name to the shortest
        for (int at = Math.max(from + 1, to - below.longest()); route == null && at < to; at++) {
            if (bytes[at] == '.') {
                PathIndex under = below.get(bytes, at, to);
                route = under == null ? null : under.match(head);
            }
        }
        return route;
    }

    /** Where the host ends and the port may begin. */
    private static int hostTo(RequestHead head) {
        byte[] bytes = head.bytes();
        int at = head.hostFrom();
        int end = head.hostTo();
        boolean bracket = bytes[at] == '[';
        while (at < end && bytes[at] != (bracket ? ']' : ':')) {
            at++;
        }
        return bracket ? at + 1 : at;
    }

    /**
     * Whether there is one way to read the host: a name of letters, digits, {@code -} and {@code
     * _}, with a dot between two of them and nowhere else, or an address. A dot at its end names
     * the same host to some and another one to others.
     */
    static boolean isClear(RequestHead head) {
        if (!head.hasHost() || head.bytes()[head.hostFrom()] == '[') {
            return true;
        }
        byte[] bytes = head.bytes();
        boolean dot = true;
        int to = hostTo(head);
        for (int i = head.hostFrom(); i < to; i++) {
            boolean wasDot = dot;
            dot = bytes[i] == '.';
            if (dot ? wasDot : !isOfName(bytes[i])) {
                return false;
            }
        }
        return !dot;
    }

    private static boolean isOfName(byte octet) {
        return octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z'
                || octet >= '0' && octet <= '9' || octet == '-' || octet == '_';
    }
}
