package dev.portcullis.gateway.testkit;

import dev.portcullis.core.access.Access;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.route.RouteConfig.GrpcReads;
import dev.portcullis.gateway.route.RouteConfig.HeaderChanges;
import dev.portcullis.gateway.route.RouteConfig.Limits;
import dev.portcullis.gateway.route.RouteConfig.Match;
import dev.portcullis.gateway.route.RouteConfig.Rate;
import dev.portcullis.gateway.route.RouteConfig.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A route for tests, put together from a plain one. Not thread-safe. */
public final class RouteBuilder {
    private final String name;
    private String host = "";
    private String path = "/";
    private final Set<String> methods = new HashSet<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private boolean authenticated = true;
    private final List<Rule> rules = new ArrayList<>();
    private GrpcReads grpc = GrpcReads.NONE;
    private String prefix;
    private HeaderChanges request = HeaderChanges.NONE;
    private HeaderChanges response = HeaderChanges.NONE;
    private long bodyBytesMax;
    private int exchangesMax;
    private Rate perToken;

    private RouteBuilder(String name) {
        this.name = name;
    }

    /** A plain route for everything. */
    public static RouteBuilder route(String name) {
        return new RouteBuilder(name);
    }

    public RouteBuilder host(String only) {
        host = only;
        return this;
    }

    public RouteBuilder path(String below) {
        path = below;
        return this;
    }

    public RouteBuilder methods(String... only) {
        methods.addAll(List.of(only));
        return this;
    }

    public RouteBuilder header(String field, String value) {
        headers.put(field, value);
        return this;
    }

    /** Nobody needs a credential. */
    public RouteBuilder open() {
        authenticated = false;
        return this;
    }

    /** A rule behind those before; access null: no credential is needed. */
    public RouteBuilder rule(Access access, String at, String... of) {
        rules.add(new Rule(Set.of(of), at, access));
        return this;
    }

    /** gRPC methods that read. */
    public RouteBuilder reads(Path descriptorSet, String... patterns) {
        grpc = new GrpcReads(List.of(patterns), descriptorSet);
        return this;
    }

    /** What becomes of the path prefix. */
    public RouteBuilder prefix(String becomes) {
        prefix = becomes;
        return this;
    }

    public RouteBuilder request(Set<String> remove, Map<String, String> set) {
        request = new HeaderChanges(remove, set);
        return this;
    }

    public RouteBuilder response(Set<String> remove, Map<String, String> set) {
        response = new HeaderChanges(remove, set);
        return this;
    }

    public RouteBuilder bodyBytesMax(long octets) {
        bodyBytesMax = octets;
        return this;
    }

    /** How many may be in progress. */
    public RouteBuilder exchangesMax(int count) {
        exchangesMax = count;
        return this;
    }

    /** What one credential may ask for. */
    public RouteBuilder perToken(Rate rate) {
        perToken = rate;
        return this;
    }

    public RouteConfig build() {
        return new RouteConfig(
                name, new Match(host, path, methods, headers), authenticated, rules, grpc, prefix,
                request, response, RouteConfig.Timeouts.DEFAULTS,
                new Limits(bodyBytesMax, exchangesMax, perToken));
    }
}
