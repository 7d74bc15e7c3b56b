package dev.portcullis.cli.config;

import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.route.RouteTable;
import dev.portcullis.gateway.tls.UpstreamTls;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From what was written about applications to applications, or to mistakes. */
final class ApplicationReader {
    private final Mistakes mistakes;
    private final Inherited inherited;
    private final InstantSource clock;
    private final Map<String, Origin> names = new HashMap<>();
    private final RouteClashes clashes;

    /** A reader by whose {@code clock} certificates expire. */
    ApplicationReader(Mistakes mistakes, Inherited inherited, InstantSource clock) {
        this.mistakes = mistakes;
        this.clock = clock;
        this.inherited = inherited;
        clashes = new RouteClashes(mistakes);
    }

    List<Application> read(List<Section> given) {
        List<Application> applications = new ArrayList<>();
        for (Section one : given) {
            Application application = read(one);
            if (application != null) {
                applications.add(application);
            }
        }
        return applications;
    }

    /** The one that the shorthand {@code upstream} stands for. */
    static Application shorthand(Upstream upstream, Origin origin, Inherited inherited) {
        RouteConfig route = RouteConfig.of("default", "", "/");
        UpstreamConfig usual = UpstreamConfig.of(upstream.uri());
        return new Application(new ApplicationConfig(
                new RouteConfig(
                        route.name(), route.match(), route.authenticated(), route.rules(),
                        route.grpc(), route.prefix(), route.request(), route.response(),
                        new RouteConfig.Timeouts(inherited.response(), inherited.body(),
                                route.timeouts().exchange()),
                        route.limits()),
                new UpstreamConfig(
                        usual.endpoints(), usual.protocol(), usual.tls(), inherited.connect(),
                        inherited.idle(), usual.lifetime(), usual.idleConnectionsMax(),
                        usual.connectionsMax(), usual.health(), usual.outliers(), usual.retry(),
                        usual.slowStart())),
                origin, withUpstream(inherited.origins(), origin));
    }

    private static Map<String, Origin> withUpstream(Map<String, Origin> origins, Origin origin) {
        Map<String, Origin> all = new HashMap<>(origins);
        all.put("upstream", origin);
        return all;
    }

    /** Null when something is wrong with it; all that is has then been told. */
    private Application read(Section given) {
        int before = mistakes.count();
        RouteReader reader = new RouteReader(given, inherited);
        RouteConfig route = reader.read();
        UpstreamConfig upstream = new UpstreamReader(given, inherited).read();
        given.end();
        if (route.name() != null) {
            unique(route.name(), given);
        }
        if (reader.matchIsRead()) {
            clashes.add(route, given);
        }
        if (mistakes.count() > before) {
            return null;
        }
        inFiles(route, upstream, given);
        Map<String, Origin> origins = new HashMap<>(inherited.origins());
        origins.putAll(given.origins());
        return new Application(
                new ApplicationConfig(route, upstream), given.origin(), origins);
    }

    /** What stands in the files that it names is for the gateway to judge. */
    private void inFiles(RouteConfig route, UpstreamConfig upstream, Section given) {
        for (String mistake : RouteTable.mistakes(List.of(route))) {
            boolean descriptors = mistake.contains("descriptor_set");
            mistakes.add(given.section("grpc").origin(descriptors ? "descriptor_set" : ""),
                    "applications: " + mistake);
        }
        if (upstream.isSecure()) {
            for (String mistake : UpstreamTls.mistakes(upstream.clientTls(), clock)) {
                mistakes.add(given.origin("upstream_tls"), "applications: " + route.name()
                        + ": upstream_tls: " + mistake);
            }
        }
    }

    private void unique(String name, Section given) {
        Origin first = names.putIfAbsent(name, given.origin("name"));
        if (first != null) {
            mistakes.add(given.origin("name"),
                    "applications: name '" + name + "' is taken, at " + first.where());
        }
    }
}
