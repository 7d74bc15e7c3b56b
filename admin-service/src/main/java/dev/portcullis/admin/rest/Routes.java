package dev.portcullis.admin.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Paths and methods to what answers them. Filled once; then immutable, any thread. */
final class Routes {
    /** A segment that stands for any one. */
    static final String ANY = "{}";

    private final Map<List<String>, Map<String, Endpoint>> endpoints = new LinkedHashMap<>();

    /** Answers requests of one path and method; blocks on the database. */
    @FunctionalInterface
    interface Endpoint {
        /** Throws what {@link RestErrors} knows. */
        Answer answer(Call call);
    }

    /** @param path segments, {@link #ANY} for the variable ones */
    void add(String method, List<String> path, Endpoint endpoint) {
        endpoints.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, endpoint);
    }

    /**
     * What answers a request.
     *
     * @throws RestException 404 for an unknown path
     * @throws MethodNotAllowed for a path that has other methods
     */
    Endpoint find(String method, List<String> segments) {
        // HEAD is GET without the body, which whoever writes the response leaves out
        String wanted = method.equals("HEAD") ? "GET" : method;
        for (Map.Entry<List<String>, Map<String, Endpoint>> route : endpoints.entrySet()) {
            if (matches(route.getKey(), segments)) {
                Endpoint endpoint = route.getValue().get(wanted);
                if (endpoint == null) {
                    throw new MethodNotAllowed(allowed(route.getValue()));
                }
                return endpoint;
            }
        }
        throw new RestException(404, "path not found");
    }

    private static boolean matches(List<String> path, List<String> segments) {
        if (path.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            boolean same = path.get(i).equals(segments.get(i));
            boolean any = path.get(i).equals(ANY) && !segments.get(i).isEmpty();
            if (!same && !any) {
                return false;
            }
        }
        return true;
    }

    private static String allowed(Map<String, Endpoint> methods) {
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
