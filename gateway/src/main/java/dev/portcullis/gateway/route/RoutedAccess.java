package dev.portcullis.gateway.route;

import dev.portcullis.core.access.AccessRules;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Says what requests need by asking the very table that requests are routed by: with a head that
 * has all that the application's route asks for. Any thread.
 */
public final class RoutedAccess implements AccessRules {
    private static final HeadLimits LIMITS = new HeadLimits(512 * 1024, 64 * 1024, 200);
    private static final String WILDCARD = "*";

    private final Supplier<RouteTable> tables;

    /** Asks the table that is in force at each call; none yet when it is null. */
    public RoutedAccess(Supplier<RouteTable> tables) {
        this.tables = tables;
    }

    @Override
    public Answer accessOf(String application, String method, String path) {
        RouteTable table = tables.get();
        Route route = table == null ? null : table.route(application);
        if (route == null) {
            return null;
        }
        if (path.isEmpty()) {
            return route.answerForAnyPath(method);
        }
        RequestHead head = new RequestHead(LIMITS);
        boolean read = path.startsWith("/") && head.read(Unpooled.copiedBuffer(
                request(route, method, path), StandardCharsets.ISO_8859_1)) == Progress.COMPLETE
                && head.queryFrom() == head.queryTo();
        if (!read) {
            return refused("request_malformed", "the path is none that a request can have");
        }
        if (!table.normalize(head)) {
            return refused("path_ambiguous", "the path can be read in two ways");
        }
        Route served = table.match(head);
        return served == route ? route.answer(head) : refused("route_unknown", method + " "
                + head.path() + (served == null
                        ? " is served by no application"
                        : " is served by " + served.name() + ", not by " + application));
    }

    private static Answer refused(String code, String reason) {
        return new Answer(null, code, reason);
    }

    /** A request for the route's host, with the fields that it asks for. */
    private static String request(Route route, String method, String path) {
        RouteConfig.Match match = route.config().match();
        String host = match.host().isEmpty() ? "localhost" : match.host();
        StringBuilder text = new StringBuilder(method).append(' ').append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host.startsWith(WILDCARD) ? "any" + host.substring(1) : host)
                .append("\r\n");
        match.headers().forEach((name, value) -> text.append(name).append(": ")
                .append(value.equals(WILDCARD) ? "any" : value).append("\r\n"));
        return text.append("\r\n").toString();
    }
}
