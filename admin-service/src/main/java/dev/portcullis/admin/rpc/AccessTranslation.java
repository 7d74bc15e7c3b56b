package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Explanation;
import dev.portcullis.admin.service.ExplainQuery;
import dev.portcullis.core.access.Access;
import dev.portcullis.proto.admin.v1.ExplainAccessRequest;
import dev.portcullis.proto.admin.v1.ExplainAccessResponse;
import dev.portcullis.proto.admin.v1.ExplainedBinding;

/** {@link Translation} of explanations. */
final class AccessTranslation {
    private AccessTranslation() {}

    static ExplainQuery query(ExplainAccessRequest request) {
        return new ExplainQuery(
                request.hasUser() ? request.getUser() : null,
                request.hasToken() ? request.getToken() : null,
                request.getApplication(),
                request.getMethod(),
                request.getPath(),
                request.getSource(),
                request.getCertificate());
    }

    static ExplainAccessResponse explained(Explanation explanation) {
        ExplainAccessResponse.Builder builder = ExplainAccessResponse.newBuilder()
                .setAllowed(explanation.allowed())
                .setCode(explanation.code())
                .setAccess(word(explanation.access()))
                .addAllReasons(explanation.reasons());
        if (explanation.role() != null) {
            builder.setRole(Translation.role(explanation.role()));
        }
        explanation.bindings().forEach(each -> builder.addBindings(ExplainedBinding.newBuilder()
                .setBinding(BindingTranslation.binding(each.binding()))
                .setGroup(each.group())));
        return builder.build();
    }

    private static String word(Access access) {
        if (access == null) {
            return "none";
        }
        return switch (access) {
            case READ -> "read";
            case WRITE -> "write";
        };
    }
}
