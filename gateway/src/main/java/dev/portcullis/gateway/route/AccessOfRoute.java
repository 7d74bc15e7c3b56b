package dev.portcullis.gateway.route;

import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessRules.Answer;
import dev.portcullis.gateway.http1.RequestHead;
import java.util.List;
import java.util.TreeSet;

/**
 * What the requests of one route need, where the method alone does not say it: the first rule that
 * matches, then {@code auth: none} of the whole, then the gRPC methods that read. Nothing a client
 * sends but method, path and content type has a say; headers that ask for another method have none.
 * Immutable; any thread.
 */
final class AccessOfRoute {
    /** What is said where {@code auth: none} holds for all. */
    static final String OPEN = "the application is open: no credential is needed";

    private final boolean authenticated;
    private final AccessRule[] rules;
    /** Null: gRPC is not told from the rest. */
    private final GrpcMethods grpc;

    AccessOfRoute(RouteConfig config, GrpcMethods grpc) {
        authenticated = config.authenticated();
        rules = config.rules().stream().map(AccessRule::new).toArray(AccessRule[]::new);
        this.grpc = grpc;
    }

    /** Whether it depends on the path. */
    boolean readsPaths() {
        return grpc != null || List.of(rules).stream().anyMatch(AccessRule::readsPaths);
    }

    /** What a request needs; null: nothing, and no credential is looked at. */
    Access of(RequestHead head) {
        for (AccessRule rule : rules) {
            if (rule.isFor(head)) {
                return rule.access();
            }
        }
        if (!authenticated) {
            return null;
        }
        return grpc != null && head.grpc() ? ofCall(head) : Access.of(head.method());
    }

    /** A gRPC call is a POST; whatever says to be one and is not writes. */
    private Access ofCall(RequestHead head) {
        return head.methodIs("POST") && reading(head) != null ? Access.READ : Access.WRITE;
    }

    private String reading(RequestHead head) {
        return grpc.reading(head.pathBytes(), head.pathFrom(), head.pathTo());
    }

    /** The same in words, of a request of which nothing but the start line is known. */
    Answer answer(RequestHead head) {
        for (AccessRule rule : rules) {
            if (rule.isFor(head)) {
                return new Answer(rule.access(), null, said(head, rule.access())
                        + ", by the rule for " + words(rule.config()));
            }
        }
        if (!authenticated) {
            return new Answer(null, null, OPEN);
        }
        String reading = grpc != null && head.methodIs("POST") ? reading(head) : null;
        if (reading != null) {
            return new Answer(Access.READ, null, said(head, Access.READ)
                    + " as a gRPC call, by " + reading + "; anything else that is posted writes");
        }
        Access access = Access.of(head.method());
        return new Answer(access, null, said(head, access)
                + (rules.length == 0 && grpc == null ? "" : ", as no rule says otherwise"));
    }

    private static String said(RequestHead head, Access access) {
        String does = access == null
                ? " needs no credential" : access == Access.READ ? " reads" : " writes";
        return head.method() + " " + head.path() + does;
    }

    private static String words(RouteConfig.Rule rule) {
        String methods = rule.methods().isEmpty()
                ? "all methods" : String.join(", ", new TreeSet<>(rule.methods()));
        return methods + (rule.path().isEmpty() ? "" : " at " + rule.path());
    }
}
