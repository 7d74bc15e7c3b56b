package dev.portcullis.gateway.route;

import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessRules.Answer;
import dev.portcullis.gateway.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/** One application's place in the table, made ready for requests. Immutable; any thread. */
public final class Route {
    private final int index;
    private final RouteConfig config;
    private final String path;
    /** Null where the method alone says what a request needs. */
    private final AccessOfRoute access;

    private final byte[] prefix;
    private final HeaderEdits request;
    private final HeaderEdits response;

    /** A route that was checked. */
    Route(int index, RouteConfig config, GrpcMethods grpc) {
        this.index = index;
        this.config = config;
        path = withoutLastSlash(config.match().path());
        boolean plain = config.authenticated() && config.rules().isEmpty() && grpc == null;
        access = plain ? null : new AccessOfRoute(config, grpc);
        prefix = config.prefix() == null
                ? null
                : withoutLastSlash(config.prefix()).getBytes(StandardCharsets.US_ASCII);
        request = HeaderEdits.of(config.request());
        response = HeaderEdits.of(config.response());
    }

    private static String withoutLastSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Its number in its table, from 0, by which other packages keep what they know of it. */
    public int index() {
        return index;
    }

    public RouteConfig config() {
        return config;
    }

    /** The application's name, which bindings refer to. */
    public String name() {
        return config.name();
    }

    /**
     * What a request of this route needs.
     *
     * @return null: nothing, it passes without a credential, and none is looked at
     */
    public Access access(RequestHead head) {
        return access == null ? Access.of(head.method()) : access.of(head);
    }

    /** The same in words, of a request of which nothing but the start line is known. */
    Answer answer(RequestHead head) {
        AccessOfRoute said = access == null ? new AccessOfRoute(config, null) : access;
        return said.answer(head);
    }

    /** What requests need of which not even the path is known, in words. */
    Answer answerForAnyPath(String method) {
        boolean open = !config.authenticated() && config.rules().isEmpty();
        if (open) {
            return new Answer(null, null, AccessOfRoute.OPEN);
        }
        Access usual = Access.of(method);
        return new Answer(usual, null, method + (usual == Access.READ ? " reads" : " writes")
                + (access == null
                        ? "" : ", unless a rule of the route says otherwise for the path"));
    }

    /** The matched prefix, without a slash at its end; empty for all paths. */
    String path() {
        return path;
    }

    /** Whether anything but the choice of the route depends on the path. */
    boolean readsPaths() {
        return prefix != null || access != null && access.readsPaths();
    }

    /** How many octets of a path the matched prefix has. */
    public int pathLength() {
        return path.length();
    }

    /**
     * What stands in place of the matched prefix towards the upstream: in normal form, without a
     * slash at its end, maybe empty. Null: the path stays. Read only.
     */
    public byte[] prefix() {
        return prefix;
    }

    /** Changes towards the upstream; null for none. */
    public HeaderEdits request() {
        return request;
    }

    /** Changes towards the client; null for none. */
    public HeaderEdits response() {
        return response;
    }
}
