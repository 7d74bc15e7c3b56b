package dev.portcullis.gateway.route;

import dev.portcullis.core.access.Access;
import dev.portcullis.gateway.http1.RequestHead;

/** A rule of a route, made ready. Immutable; any thread. */
final class AccessRule {
    private final RouteConfig.Rule config;
    private final String[] methods;
    /** Null: any. */
    private final PathPattern path;

    AccessRule(RouteConfig.Rule config) {
        this.config = config;
        methods = config.methods().toArray(String[]::new);
        path = config.path().isEmpty() ? null : new PathPattern(config.path());
    }

    /** What requests need for which it counts; null: nothing. */
    Access access() {
        return config.access();
    }

    boolean readsPaths() {
        return path != null;
    }

    boolean isFor(RequestHead head) {
        return (methods.length == 0 || Candidate.hasMethod(methods, head))
                && (path == null
                        || path.matches(head.pathBytes(), head.pathFrom(), head.pathTo()));
    }

    /** As it was configured. */
    RouteConfig.Rule config() {
        return config;
    }
}
