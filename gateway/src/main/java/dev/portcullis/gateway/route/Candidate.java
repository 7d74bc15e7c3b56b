package dev.portcullis.gateway.route;

import dev.portcullis.gateway.http1.RequestHead;

/**
 * A route at its host and path, and what else it asks of a request. Immutable; any thread.
 *
 * @param methods none: any
 */
record Candidate(Route route, String[] methods, HeaderCondition[] headers) {
    static Candidate of(Route route) {
        RouteConfig.Match match = route.config().match();
        return new Candidate(
                route,
                match.methods().toArray(String[]::new),
                match.headers().entrySet().stream()
                        .map(header -> new HeaderCondition(header.getKey(), header.getValue()))
                        .toArray(HeaderCondition[]::new));
    }

    /** The first of these that a request is for, or null. */
    static Route first(Candidate[] candidates, RequestHead head) {
        for (Candidate candidate : candidates) {
            if (candidate.isFor(head)) {
                return candidate.route;
            }
        }
        return null;
    }

    private boolean isFor(RequestHead head) {
        if (methods.length > 0 && !hasMethod(methods, head)) {
            return false;
        }
        for (HeaderCondition header : headers) {
            if (!header.isMet(head)) {
                return false;
            }
        }
        return true;
    }

    static boolean hasMethod(String[] methods, RequestHead head) {
        for (String method : methods) {
            if (head.methodIs(method)) {
                return true;
            }
        }
        return false;
    }
}
