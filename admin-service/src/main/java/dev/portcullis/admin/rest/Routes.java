package dev.portcullis.admin.rest;

import dev.portcullis.admin.rest.openapi.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of operations: what requests are answered by, and what the API's description is made
 * from. Filled once; then immutable, any thread.
 */
final class Routes {
    private final List<Route> routes = new ArrayList<>();

    /** Answers requests of one path and method; blocks on the database. */
    @FunctionalInterface
    interface Endpoint {
        /** Throws what {@link RestErrors} knows. */
        Answer answer(Call call);
    }

    /** What a request asks for, and what answers it. */
    record Found(Operation operation, Endpoint endpoint) {}

    /** All methods of a path. */
    private record Route(List<String> path, Map<String, Found> methods) {
        boolean matches(List<String> segments) {
            if (path.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                boolean same = path.get(i).equals(segments.get(i));
                boolean any = path.get(i).startsWith("{") && !segments.get(i).isEmpty();
                if (!same && !any) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Adds an operation. Of two paths that match a request, the one added first counts. */
    void add(Operation operation, Endpoint endpoint) {
        List<String> path = List.of(operation.path().substring(1).split("/"));
        Route route = routes.stream()
                .filter(each -> each.path.equals(path))
                .findFirst()
                .orElse(null);
        if (route == null) {
            route = new Route(path, new LinkedHashMap<>());
            routes.add(route);
        }
        route.methods.put(operation.method(), new Found(operation, endpoint));
    }

    /** Every operation, in the order in which they were added. */
    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        routes.forEach(route -> route.methods.values()
                .forEach(found -> all.add(found.operation())));
        return all;
    }

    /**
     * What answers a request.
     *
     * @throws RestException 404 for an unknown path
     * @throws MethodNotAllowed for a path that has other methods
     */
    Found find(String method, List<String> segments) {
        // HEAD is GET without the body, which whoever writes the response leaves out
        String wanted = method.equals("HEAD") ? "GET" : method;
        for (Route route : routes) {
            if (route.matches(segments)) {
                Found found = route.methods.get(wanted);
                if (found == null) {
                    throw new MethodNotAllowed(allowed(route.methods));
                }
                return found;
            }
        }
        throw new RestException(404, "path not found");
    }

    private static String allowed(Map<String, Found> methods) {
        List<String> allowed = new ArrayList<>(methods.keySet());
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return String.join(", ", allowed);
    }

    /** The path exists, but not with this method; RFC 9110, section 15.5.6, wants them listed. */
    static final class MethodNotAllowed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String allowed;

        MethodNotAllowed(String allowed) {
            super("method not allowed", null, false, false);
            this.allowed = allowed;
        }

        String allowed() {
            return allowed;
        }
    }
}
