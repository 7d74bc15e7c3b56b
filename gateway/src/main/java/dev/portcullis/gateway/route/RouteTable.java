package dev.portcullis.gateway.route;

import dev.portcullis.core.access.Access;
import dev.portcullis.gateway.http1.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which application a request is for, and what it needs there. Chosen by {@link RouteConfig.Match}.
 * Immutable; any thread.
 */
public final class RouteTable {
    /** Where host and path are the same: who asks for a method, then for more, then the first. */
    private static final Comparator<Route> PRECEDENCE = Comparator
            .comparing((Route route) -> route.config().match().methods().isEmpty())
            .thenComparing(route -> -route.config().match().headers().size())
            .thenComparing(Route::index);

    private final List<Route> routes;
    private final HostIndex hosts;
    /** All that routes ask of fields, each once. */
    private final HeaderCondition[] conditions;
    /** Whether anything depends on the path of a request. */
    private final boolean pathDecides;

    /**
     * A table of applications; {@link Route#index} follows the order of the list. Descriptor sets
     * are read.
     *
     * @throws RouteException when something is wrong with them
     */
    public RouteTable(List<RouteConfig> applications) {
        List<String> mistakes = new ArrayList<>();
        List<Route> all = new ArrayList<>();
        for (RouteConfig application : applications) {
            List<String> own = RouteChecks.mistakes(application);
            GrpcMethods grpc = GrpcMethods.of(application.grpc(), own);
            own.forEach(mistake -> mistakes.add(application.name() + ": " + mistake));
            if (own.isEmpty()) {
                all.add(new Route(all.size(), application, grpc));
            }
        }
        checkDistinct(applications, mistakes);
        if (!mistakes.isEmpty()) {
            throw new RouteException(mistakes);
        }
        routes = List.copyOf(all);
        hosts = new HostIndex(all.stream().sorted(PRECEDENCE).toList());
        conditions = conditions(applications);
        pathDecides = all.size() != 1 || !all.get(0).path().isEmpty() || all.get(0).readsPaths();
    }

    private static void checkDistinct(List<RouteConfig> applications, List<String> mistakes) {
        Map<String, String> names = new HashMap<>();
        Map<RouteConfig.Match, String> places = new HashMap<>();
        for (RouteConfig application : applications) {
            String name = application.name();
            if (names.put(name, name) != null) {
                mistakes.add(name + ": name: there are two of it");
            }
            String first = places.putIfAbsent(application.match(), name);
            if (first != null) {
                mistakes.add(name + ": is for the same requests as " + first);
            }
        }
    }

    private static HeaderCondition[] conditions(List<RouteConfig> applications) {
        Set<Map.Entry<String, String>> distinct = new LinkedHashSet<>();
        applications.forEach(route -> distinct.addAll(route.match().headers().entrySet()));
        return distinct.stream()
                .map(header -> new HeaderCondition(header.getKey(), header.getValue()))
                .toArray(HeaderCondition[]::new);
    }

    /**
     * What a table of these would throw: all that is wrong with them, in words; empty when nothing
     * is. Descriptor sets are read.
     */
    public static List<String> mistakes(List<RouteConfig> applications) {
        try {
            new RouteTable(applications);
            return List.of();
        } catch (RouteException e) {
            return e.mistakes();
        }
    }

    /** All routes, by index. */
    public List<Route> routes() {
        return routes;
    }

    /** The route of an application, or null when it has none. */
    Route route(String application) {
        for (Route route : routes) {
            if (route.name().equals(application)) {
                return route;
            }
        }
        return null;
    }

    /**
     * Whether host and fields, as far as they choose the application, can be read in one way only.
     * A host with a dot at its end, or a field that stands there twice with different values, makes
     * one server choose another application than the next.
     */
    public boolean choiceIsClear(RequestHead head) {
        if (hosts.namesHosts() && !HostIndex.isClear(head)) {
            return false;
        }
        for (HeaderCondition condition : conditions) {
            if (condition.isAmbiguous(head)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Brings the path of a request into its normal form.
     *
     * @return false when it can be read in two ways, in one of which another application might
     *     serve it, or none, or another rule hold. An escaped slash is such a case unless one
     *     application has all paths and looks at none; so is a path parameter that keeps a path
     *     from an application ({@code /a;x/b}) or from a rule.
     */
    public boolean normalize(RequestHead head) {
        if (head.pathIsNormal()) {
            return true;
        }
        PathNormalizer.Normalized normalized =
                PathNormalizer.normalize(head.pathBytes(), head.pathFrom(), head.pathTo());
        if (normalized.path() == null || normalized.escapedSeparator() && pathDecides) {
            return false;
        }
        head.normalizedPath(normalized.path());
        return !pathDecides || readingDecidesNothing(head, normalized.path());
    }

    /**
     * Some servers drop the parameters of a path before they look at it, or unescape all of it,
     * others do not.
     */
    private boolean readingDecidesNothing(RequestHead head, byte[] path) {
        byte[] bare = PathNormalizer.withoutParameters(path);
        Route route = match(head);
        Access access = route == null ? null : route.access(head);
        boolean same = (bare == null || decides(head, bare, route, access))
                && decides(head, PathNormalizer.unescaped(path), route, access)
                && (bare == null
                        || decides(head, PathNormalizer.unescaped(bare), route, access));
        head.normalizedPath(path);
        return same;
    }

    /** Whether a path, read so, comes to that route and that access. */
    private boolean decides(RequestHead head, byte[] path, Route route, Access access) {
        head.normalizedPath(path);
        return match(head) == route && (route == null || route.access(head) == access);
    }

    /** The route of a request whose path is normal, or null when there is none. */
    public Route match(RequestHead head) {
        return hosts.match(head);
    }
}
