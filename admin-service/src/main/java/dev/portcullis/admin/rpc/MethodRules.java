package dev.portcullis.admin.rpc;

import dev.portcullis.proto.admin.v1.AccessServiceGrpc;
import dev.portcullis.proto.admin.v1.AuditServiceGrpc;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc;
import dev.portcullis.proto.admin.v1.GroupServiceGrpc;
import dev.portcullis.proto.admin.v1.ImportServiceGrpc;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import java.util.Set;

/** Who may call what, before anything of the request is looked at. Methods by their full names. */
final class MethodRules {
    /** Whom a method lets in. */
    enum Needs {
        /** An administrator or an auditor. */
        READER,
        /** An administrator. */
        ADMINISTRATOR,
        /** Anybody who is authenticated: whose token the request is about decides the rest. */
        CALLER
    }

    /** What anybody may ask: whether we live, and the public contract. */
    private static final Set<String> OPEN_SERVICES = Set.of(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection");

    private static final Set<String> READER = Set.of(
            UserServiceGrpc.getGetUserMethod().getFullMethodName(),
            UserServiceGrpc.getListUsersMethod().getFullMethodName(),
            GroupServiceGrpc.getGetGroupMethod().getFullMethodName(),
            GroupServiceGrpc.getListGroupsMethod().getFullMethodName(),
            GroupServiceGrpc.getListGroupMembersMethod().getFullMethodName(),
            BindingServiceGrpc.getListBindingsMethod().getFullMethodName(),
            KeyServiceGrpc.getGetKeyMethod().getFullMethodName(),
            KeyServiceGrpc.getListKeysMethod().getFullMethodName(),
            AccessServiceGrpc.getExplainAccessMethod().getFullMethodName(),
            GatewayServiceGrpc.getListGatewaysMethod().getFullMethodName(),
            AuditServiceGrpc.getListAuditEventsMethod().getFullMethodName(),
            AuditServiceGrpc.getStreamAuditEventsMethod().getFullMethodName(),
            AuditServiceGrpc.getVerifyAuditMethod().getFullMethodName());

    private static final Set<String> CALLER = Set.of(
            TokenServiceGrpc.getIssueTokenMethod().getFullMethodName(),
            TokenServiceGrpc.getGetTokenMethod().getFullMethodName(),
            TokenServiceGrpc.getListTokensMethod().getFullMethodName(),
            TokenServiceGrpc.getRevokeTokenMethod().getFullMethodName(),
            TokenServiceGrpc.getRotateTokenMethod().getFullMethodName(),
            TokenServiceGrpc.getGetSuccessorMethod().getFullMethodName());

    /** Those whose requests are too large to be taken from just anybody. */
    private static final Set<String> LARGE = Set.of(
            ImportServiceGrpc.getImportForeignMethod().getFullMethodName());

    private MethodRules() {}

    /** Whether strangers may call a service. */
    static boolean isOpen(String service) {
        return OPEN_SERVICES.contains(service);
    }

    /** Whom a method lets in; one that nobody has thought of needs an administrator. */
    static Needs needs(String method) {
        if (READER.contains(method)) {
            return Needs.READER;
        }
        return CALLER.contains(method) ? Needs.CALLER : Needs.ADMINISTRATOR;
    }

    /** Whether its request may be large, and is not read before its caller is known. */
    static boolean isLarge(String method) {
        return LARGE.contains(method);
    }
}
