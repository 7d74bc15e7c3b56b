package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Explanation;
import dev.portcullis.admin.model.Explanation.ExplainedBinding;
import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessPolicy;
import dev.portcullis.core.access.Denial;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.verify.Rejection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What comes of a request, and why. What comes of it the core says, as it does at a gateway; the
 * reasons follow its order and end where it ended.
 */
final class Verdict {
    private static final int SHOWN_MAX = 10;
    /** Where no gateway is in this process, and of an application that it does not serve. */
    private static final String BY_METHOD = ", by the method alone: the routes are not known"
            + " here, and a rule of theirs at a gateway may say otherwise";

    private final ExplainedRequest request;
    private final ExplainedCredential credential;
    private final Principal principal;
    private final List<ExplainedBinding> bindings;
    private final Restrictions restrictions;
    /** The user's, and what the credential leaves of it. */
    private final Role granted;
    private final Role role;
    private final List<String> reasons = new ArrayList<>();

    /**
     * A verdict on a request.
     *
     * @param principal null when the user is gone
     * @param bindings that give a role, the deciding one first
     */
    Verdict(
            ExplainedRequest request,
            ExplainedCredential credential,
            Principal principal,
            List<ExplainedBinding> bindings) {
        this.request = request;
        this.credential = credential;
        this.principal = principal;
        this.bindings = bindings;
        restrictions = credential.record().restrictions();
        granted = principal == null ? null : principal.roleOn(request.application());
        role = restrictions.cap(granted);
    }

    Explanation explanation() {
        Access access = request.access();
        String code = decide(access);
        return new Explanation(code.isEmpty(), code, access, role, bindings, reasons);
    }

    private String decide(Access access) {
        if (request.refusedByItsMethod()) {
            reasons.add("no gateway serves " + request.method());
            return "method_not_allowed";
        }
        reasons.add(explainAccess(access));
        if (access == null) {
            return request.rule().refusal() == null ? "" : request.rule().refusal();
        }
        Rejection rejection = credential.rejection();
        reasons.addAll(credential.reasons(rejection));
        if (rejection != null) {
            return rejection == Rejection.EXPIRED ? "credential_expired" : "credential_revoked";
        }
        Denial denial = AccessPolicy.denialOf(
                credential.record(), principal, request.application(), access,
                request.source());
        explainUser(denial);
        return denial == null ? "" : denial.name().toLowerCase(Locale.ROOT);
    }

    private String explainAccess(Access access) {
        if (request.rule() != null) {
            return request.rule().reason();
        }
        return request.method() + (access == Access.READ ? " reads" : " writes") + BY_METHOD;
    }

    private void explainUser(Denial denial) {
        if (principal == null) {
            reasons.add("the user was deleted");
            return;
        }
        reasons.add("the user " + principal.name()
                + (principal.blocked() ? " is blocked" : " is not blocked"));
        if (principal.blocked()) {
            return;
        }
        if (credential.record().kind() == CredentialKind.API_KEY) {
            reasons.add("an API key opens nothing by itself, it is only good for the exchange");
            return;
        }
        if (bindings.isEmpty()) {
            reasons.add("no binding gives a role on " + request.application());
            return;
        }
        explainRole();
        if (role == null || role == Role.AUDITOR) {
            return;
        }
        explainRestrictions(denial);
    }

    private void explainRole() {
        ExplainedBinding deciding = bindings.get(0);
        reasons.add("the role is " + deciding.binding().role().word() + ", by the binding "
                + (deciding.group().isEmpty() ? "of the user" : "of the group " + deciding.group())
                + " on "
                + (deciding.binding().application().equals(Principal.ALL_APPLICATIONS)
                        ? "all applications"
                        : deciding.binding().application()));
        if (role != granted) {
            reasons.add("the token is capped at " + restrictions.maxRole().word()
                    + (role == null ? ", which leaves nothing of it" : ""));
        }
        if (role == Role.AUDITOR) {
            reasons.add("an auditor reads the admin API, and nothing upstream");
        }
    }

    private void explainRestrictions(Denial denial) {
        if (!restrictions.applications().isEmpty()) {
            reasons.add("the token is for "
                    + shown(restrictions.applications().stream().sorted().toList()) + " only");
        }
        if (denial == Denial.ACCESS_DENIED) {
            return;
        }
        if (!restrictions.cidrs().isEmpty()) {
            reasons.add("the token may be used from " + shown(restrictions.cidrs())
                    + " only, and the request comes from " + (request.source().address() == null
                            ? "an address that is not known"
                            : request.source().address().getHostAddress()));
        }
        if (!restrictions.certificates().isEmpty()) {
            reasons.add("the token may be used with the client certificate "
                    + shown(restrictions.sortedCertificates()) + " only, and the client has "
                    + (request.source().certificate() == null
                            ? "none" : request.source().certificate()));
        }
        if (denial == Denial.SOURCE_DENIED) {
            return;
        }
        reasons.add("the role " + role.word() + (denial == null ? " may " : " may not ")
                + (request.access() == Access.READ ? "read" : "write"));
    }

    private static String shown(Collection<?> items) {
        List<String> first =
                items.stream().limit(SHOWN_MAX).map(Object::toString).toList();
        String text = String.join(", ", first);
        int more = items.size() - first.size();
        return more == 0 ? text : text + " and " + more + " more";
    }
}
