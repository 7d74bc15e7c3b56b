package dev.portcullis.admin.model;

import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.Role;
import java.util.List;

/**
 * Why a request would be permitted or not.
 *
 * @param code what a gateway would refuse with; empty when allowed
 * @param access what the request asks for; null: nothing that needs a credential, or it is refused
 *     before any is looked at
 * @param role the role it rests on, capped by restrictions; null: none
 * @param bindings that give a role there, the deciding one first
 * @param reasons what decided, in order, in words
 */
public record Explanation(
        boolean allowed,
        String code,
        Access access,
        Role role,
        List<ExplainedBinding> bindings,
        List<String> reasons) {

    /**
     * A binding and how it came to the user.
     *
     * @param group the name of the group; empty for the user's own
     */
    public record ExplainedBinding(Binding binding, String group) {}

    /** Copies what could change. */
    public Explanation {
        bindings = List.copyOf(bindings);
        reasons = List.copyOf(reasons);
    }
}
