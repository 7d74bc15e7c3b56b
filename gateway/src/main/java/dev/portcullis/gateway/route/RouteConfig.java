package dev.portcullis.gateway.route;

import dev.portcullis.core.access.Access;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an application's route is for, and what holds on it. Immutable; no field is null unless it
 * says so.
 *
 * @param name the application's name, which bindings refer to: 1 to 63 of {@code a-z0-9-}
 * @param match which requests it is for
 * @param authenticated false: anyone may, and no credential is looked at ({@code auth: none})
 * @param rules what reads and what writes where the method does not say it; the first that matches
 *     counts
 * @param grpc which gRPC methods read
 * @param prefix what the matched path prefix becomes; null: it stays. {@code ""} strips it
 * @param request header changes towards the upstream
 * @param response header changes towards the client
 * @param timeouts of its exchanges
 * @param limits of its exchanges
 */
public record RouteConfig(
        String name,
        Match match,
        boolean authenticated,
        List<Rule> rules,
        GrpcReads grpc,
        String prefix,
        HeaderChanges request,
        HeaderChanges response,
        Timeouts timeouts,
        Limits limits) {

    /** Copies what could change. */
    public RouteConfig {
        rules = List.copyOf(rules);
    }

    /** A plain route: a host, or any ({@code ""}), and a path prefix. */
    public static RouteConfig of(String name, String host, String path) {
        return new RouteConfig(
                name, Match.of(host, path), true, List.of(), GrpcReads.NONE, null,
                HeaderChanges.NONE, HeaderChanges.NONE, Timeouts.DEFAULTS, Limits.NONE);
    }

    /**
     * Which requests a route is for. Of several that match, the one counts whose host is the more
     * exact, then whose path is the longer, then which asks for a method, then which asks for more
     * headers, then which stands first.
     *
     * @param host in lower case and without port; {@code *.example.org} for one or more labels in
     *     front; empty for any
     * @param path the path prefix, on segment boundaries; {@code /} for all
     * @param methods case-sensitive; empty for all
     * @param headers by name in lower case: the value that one of its fields must have, {@code *}
     *     for any
     */
    public record Match(
            String host, String path, Set<String> methods, Map<String, String> headers) {
        /** Copies what could change. */
        public Match {
            methods = Set.copyOf(methods);
            headers = Map.copyOf(headers);
        }

        /** A host and a path prefix alone. */
        public static Match of(String host, String path) {
            return new Match(host, path, Set.of(), Map.of());
        }
    }

    /**
     * What some requests of a route need.
     *
     * @param methods case-sensitive; empty for all
     * @param path a path as the client sends it, normalised; {@code *} at its end: a prefix of
     *     characters; empty for all
     * @param access what they need; null: nothing, they pass without a credential
     */
    public record Rule(Set<String> methods, String path, Access access) {
        /** Copies what could change. */
        public Rule {
            methods = Set.copyOf(methods);
        }
    }

    /**
     * The gRPC methods that read; all others write. Where neither is given, gRPC is not told from
     * other requests.
     *
     * @param patterns of paths: {@code /pkg.Service/Get*}
     * @param descriptorSet a file in which methods with {@code idempotency_level = NO_SIDE_EFFECTS}
     *     read; null for none
     */
    public record GrpcReads(List<String> patterns, Path descriptorSet) {
        /** None reads. */
        public static final GrpcReads NONE = new GrpcReads(List.of(), null);

        /** Copies what could change. */
        public GrpcReads {
            patterns = List.copyOf(patterns);
        }
    }

    /**
     * Fields to be taken away and to be set. Names are those of RFC 9110 and none of ours.
     *
     * @param remove names in lower case
     * @param set names as they are to be written, with their values; what was there is replaced
     */
    public record HeaderChanges(Set<String> remove, Map<String, String> set) {
        /** Nothing changes. */
        public static final HeaderChanges NONE = new HeaderChanges(Set.of(), Map.of());

        /** Copies what could change. */
        public HeaderChanges {
            remove = Set.copyOf(remove);
            set = Map.copyOf(set);
        }
    }

    /**
     * How long an exchange may take.
     *
     * @param response from the request's last octet, or from the last sign of progress, to the
     *     response head; then 504
     * @param body without any progress, in either direction; zero: what holds for the gateway
     * @param exchange the whole of it; then 504, or a visible break. Zero: no bound
     */
    public record Timeouts(Duration response, Duration body, Duration exchange) {
        /** A minute for the response head; the rest as for the gateway. */
        public static final Timeouts DEFAULTS =
                new Timeouts(Duration.ofSeconds(60), Duration.ZERO, Duration.ZERO);
    }

    /**
     * How much there may be.
     *
     * @param bodyBytesMax of a request's body; more is 413. 0: no bound
     * @param exchangesMax at once, over all loops; one more is 503. 0: no bound
     * @param perToken what one credential may ask for; more is 429. Null: no bound
     */
    public record Limits(long bodyBytesMax, int exchangesMax, Rate perToken) {
        /** No limits. */
        public static final Limits NONE = new Limits(0, 0, null);
    }

    /**
     * A rate of requests.
     *
     * @param requests in each period, spread evenly; at least 1
     * @param period in which they may come
     * @param burst how many may come at once, at least 1
     */
    public record Rate(int requests, Duration period, int burst) {}
}
