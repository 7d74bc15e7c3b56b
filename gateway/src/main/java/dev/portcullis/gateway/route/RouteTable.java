package dev.portcullis.gateway.route;

import dev.portcullis.gateway.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which application a request is for: the named host before any host, the longest path prefix on a
 * segment boundary. Immutable; any thread.
 */
public final class RouteTable {
    /** Longest prefix first; named hosts before those for any host. */
    private final Entry[] entries;
    private final List<Route> routes;

    private record Entry(Route route, byte[] host, byte[] path) {}

    /** A table of applications; {@link Route#index} follows the order of the list. */
    public RouteTable(List<RouteConfig> applications) {
        List<Route> all = new ArrayList<>();
        for (RouteConfig application : applications) {
            all.add(new Route(all.size(), application));
        }
        routes = List.copyOf(all);
        entries = all.stream()
                .map(RouteTable::entry)
                .sorted(Comparator.comparing((Entry e) -> e.host.length == 0)
                        .thenComparing(e -> -e.path.length))
                .toArray(Entry[]::new);
    }

    /** All routes, by index. */
    public List<Route> routes() {
        return routes;
    }

    private static Entry entry(Route route) {
        String path = route.config().match().path();
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return new Entry(route, ascii(route.config().match().host()), ascii(trimmed));
    }

    /**
     * Brings the path of a request into its normal form.
     *
     * @return false when it can be read in two ways, in one of which another application might
     *     serve it, or none. An escaped slash is such a case unless one application has all paths;
     *     so is a path parameter that keeps a path from an application ({@code /a;x/b}).
     */
    public boolean normalize(RequestHead head) {
        if (head.pathIsNormal()) {
            return true;
        }
        PathNormalizer.Normalized normalized =
                PathNormalizer.normalize(head.pathBytes(), head.pathFrom(), head.pathTo());
        if (normalized.path() == null
                || normalized.escapedSeparator() && !onlyOneHasAllPaths()) {
            return false;
        }
        head.normalizedPath(normalized.path());
        return onlyOneHasAllPaths() || parametersDecideNothing(head, normalized.path());
    }

    /** Some servers drop the parameters of a path before they look at it, others do not. */
    private boolean parametersDecideNothing(RequestHead head, byte[] path) {
        byte[] bare = PathNormalizer.withoutParameters(path);
        if (bare == null) {
            return true;
        }
        Route asItIs = match(head);
        head.normalizedPath(bare);
        boolean same = match(head) == asItIs;
        head.normalizedPath(path);
        return same;
    }

    private boolean onlyOneHasAllPaths() {
        return entries.length == 1 && entries[0].path.length == 0;
    }

    /** The route of a request whose path is normal, or null when there is none. */
    public Route match(RequestHead head) {
        for (Entry entry : entries) {
            if (isAtHost(entry.host, head) && isBelow(entry.path, head)) {
                return entry.route;
            }
        }
        return null;
    }

    private static boolean isAtHost(byte[] host, RequestHead head) {
        if (host.length == 0) {
            return true;
        }
        int from = head.hostFrom();
        int to = head.hostTo();
        if (!head.hasHost() || to - from < host.length
                || to - from > host.length && head.bytes()[from + host.length] != ':') {
            return false;
        }
        for (int i = 0; i < host.length; i++) {
            if (Character.toLowerCase(head.bytes()[from + i]) != host[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBelow(byte[] prefix, RequestHead head) {
        byte[] path = head.pathBytes();
        int from = head.pathFrom();
        int to = head.pathTo();
        if (to - from < prefix.length || path[from] != '/') {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (path[from + i] != prefix[i]) {
                return false;
            }
        }
        return to - from == prefix.length || path[from + prefix.length] == '/';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
