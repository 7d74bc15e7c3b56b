package dev.portcullis.gateway.route;

import dev.portcullis.core.access.Access;
import dev.portcullis.gateway.http1.RequestHead;

/**
 * One application's place in the table. Immutable.
 *
 * @param index its number in its table, from 0, by which other packages keep what they know of it
 */
public record Route(int index, RouteConfig config) {
    /** The application's name, which bindings refer to. */
    public String name() {
        return config.name();
    }

    /** What a request of this route needs. */
    public Access access(RequestHead head) {
        return Access.of(head.method());
    }
}
