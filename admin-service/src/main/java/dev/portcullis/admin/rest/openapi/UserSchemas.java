package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.edge.ContractComments;

/** Users, groups, bindings, and why a request would be permitted. */
final class UserSchemas {
    private static final String[] ROLES = {"auditor", "reader", "user", "writer", "admin"};
    private static final String[] OWN_ROLES = {"auditor", "reader", "writer", "admin"};
    private static final int NAME_MAX = 150;
    private static final int REFERENCE_MAX = 600;

    private final ContractComments comments;

    UserSchemas(ContractComments comments) {
        this.comments = comments;
    }

    void addTo(ObjectNode schemas) {
        schemas.set("User", user());
        schemas.set("UserCreation", userCreation());
        schemas.set("UserUpdate", userUpdate());
        schemas.set("PublicKey", publicKey());
        schemas.set("RoleOnApplication", roleOnApplication());
        schemas.set("Reference", object("Something by id and name.")
                .always("id", Schema.text(), "Its id.")
                .always("name", Schema.text(), "Its name.").build());
        schemas.set("Group", group());
        schemas.set("GroupCreation", groupRequest().always(
                "name", Schema.text(1, NAME_MAX), "=CreateGroupRequest.name").build());
        schemas.set("GroupUpdate", groupRequest().maybe(
                "name", Schema.text(1, NAME_MAX), "As for a new group; left when absent.").build());
        schemas.set("Members", object("Users to put into a group.").closed()
                .always("members", Schema.list(Schema.text(1, REFERENCE_MAX), 1_000),
                        "=AddGroupMembersRequest.users").build());
        schemas.set("Binding", binding());
        schemas.set("BindingPut", bindingPut());
        schemas.set("Explanation", explanation());
        schemas.set("ExplainedBinding", explainedBinding());
    }

    private ObjectSchema object(String text) {
        return new ObjectSchema(comments).text(text);
    }

    private ObjectNode user() {
        return object("A user who is not deleted.")
                .always("id", Schema.pattern("^usr_[0-9A-Za-z]{16}$"), "=User.id")
                .always("email", Schema.text(0, 0), "Empty: users have no e-mail address here.")
                .always("name", Schema.text(1, NAME_MAX), "=User.name")
                .always("role", Schema.words("none", "auditor", "user", "writer", "admin"),
                        "The user's own role on all applications; \"user\" is a reader.")
                .always("status", Schema.words("active", "blocked"), "")
                .always("auto_groups", Schema.list(Schema.text()), "Ids of the user's groups.")
                .always("is_current", Schema.flag(), "Whether it is who calls.")
                .always("is_service_user", Schema.flag(), "")
                .always("is_blocked", Schema.flag(), "")
                .always("pending_approval", Schema.flag(), "False: nobody waits for approval here.")
                .always("last_login", Schema.orNull(Schema.instant()), "=User.last_used_at")
                .always("issued", Schema.words("api"), "")
                .always("description", Schema.text(0, 1_000), "=User.description")
                .always("kind", Schema.words("service", "person", "internal"), "=User.kind")
                .always("created_at", Schema.instant(), "=User.created_at")
                .always("created_by", Schema.text(), "=User.created_by")
                .always("bindings", Schema.list(Schema.ref("RoleOnApplication")),
                        "=User.bindings")
                .always("groups", Schema.list(Schema.ref("Reference")), "=User.groups")
                .always("key_thumbprint", Schema.text(), "=User.key_thumbprint")
                .always("revision", Schema.whole(0), "=User.revision")
                .build();
    }

    private ObjectNode userCreation() {
        return object("A user to be made.").closed()
                .always("name", Schema.text(1, NAME_MAX), "=CreateUserRequest.name")
                .maybe("role", Schema.words("none", "auditor", "reader", "user", "writer", "admin"),
                        "The role on all applications; \"none\" when absent.")
                .maybe("is_service_user", Schema.flag(), "True when absent.")
                .maybe("kind", Schema.words("service", "person"),
                        "The same in our words; the two must not contradict each other.")
                .maybe("auto_groups", groups(), "=CreateUserRequest.groups")
                .maybe("email", Schema.text(0, 0), "Empty: users have no e-mail address here.")
                .maybe("description", Schema.text(0, 1_000), "=CreateUserRequest.description")
                .maybe("create_group", Schema.flag(), "=CreateUserRequest.create_group")
                .maybe("bindings", Schema.list(Schema.ref("RoleOnApplication"), 100),
                        "The first bindings, at most one for each application.")
                .build();
    }

    private ObjectNode userUpdate() {
        return object("What is to be changed; what is absent is left as it is.").closed()
                .maybe("role", Schema.words("none", "auditor", "reader", "user", "writer", "admin"),
                        "=UpdateUserRequest.role")
                .maybe("auto_groups", groups(), "=UpdateUserRequest.groups")
                .maybe("is_blocked", Schema.flag(), "")
                .maybe("description", Schema.text(0, 1_000), "=UpdateUserRequest.description")
                .build();
    }

    private static ObjectNode groups() {
        return Schema.list(Schema.text(1, REFERENCE_MAX), 100);
    }

    private ObjectNode publicKey() {
        return object(comments.field("SetUserKeyRequest.jwk"))
                .always("kty", Schema.words("EC", "RSA"), "")
                .build();
    }

    private ObjectNode roleOnApplication() {
        return object("A role on an application.")
                .always("role", Schema.words(ROLES), "")
                .always("application", application(), "=Binding.application")
                .build();
    }

    private static ObjectNode application() {
        return Schema.pattern("^([a-z0-9-]{1,63}|\\*)$");
    }

    private ObjectNode group() {
        return object("A group of users.")
                .always("id", Schema.pattern("^grp_[0-9A-Za-z]{16}$"), "=Group.id")
                .always("name", Schema.text(1, NAME_MAX), "=Group.name")
                .always("peers_count", Schema.whole(0, 0), "Groups hold no peers here.")
                .always("resources_count", Schema.whole(0, 0), "Nor resources.")
                .always("issued", Schema.words("api"), "")
                .always("peers", Schema.list(Schema.ref("Reference"), 0), "")
                .always("resources", Schema.list(Schema.ref("Reference"), 0), "")
                .always("members_count", Schema.whole(0), "=Group.member_count")
                .maybe("members", Schema.list(Schema.ref("Reference"), 1_000),
                        "The first 1,000 of them; not in lists of groups.")
                .always("created_at", Schema.instant(), "=Group.created_at")
                .always("created_by", Schema.text(), "=Group.created_by")
                .always("bindings", Schema.list(Schema.ref("RoleOnApplication")),
                        "=Group.bindings")
                .always("revision", Schema.whole(0), "=Group.revision")
                .build();
    }

    private ObjectSchema groupRequest() {
        return object("A group as it is to be.").closed()
                .maybe("members", Schema.list(Schema.text(1, REFERENCE_MAX), 1_000),
                        "Ids or names of users; in place of all members.")
                .maybe("peers", Schema.list(Schema.text(), 0), "Empty: groups hold no peers here.")
                .maybe("resources", Schema.list(Schema.text(), 0), "Empty, likewise.");
    }

    private ObjectNode binding() {
        return object("Gives a user or a group a role on an application.")
                .maybe("user_id", Schema.text(), "Whose it is, when it is a user's.")
                .maybe("group_id", Schema.text(), "Whose it is, when it is a group's.")
                .always("role", Schema.words(OWN_ROLES), "")
                .always("application", application(), "=Binding.application")
                .build();
    }

    private ObjectNode bindingPut() {
        return object("A binding to be made: for a user or for a group.").closed()
                .maybe("user", Schema.text(1, REFERENCE_MAX), "=PutBindingRequest.user")
                .maybe("group", Schema.text(1, REFERENCE_MAX), "=PutBindingRequest.group")
                .always("role", Schema.words(ROLES), "")
                .always("application", application(), "=Binding.application")
                .build();
    }

    private ObjectNode explanation() {
        return object("Whether a request would be permitted, and why.")
                .always("allowed", Schema.flag(), "=ExplainAccessResponse.allowed")
                .always("code", Schema.text(), "=ExplainAccessResponse.code")
                .always("access", Schema.words("read", "write", "none"),
                        "=ExplainAccessResponse.access")
                .always("role", Schema.words("none", "auditor", "reader", "writer", "admin"),
                        "=ExplainAccessResponse.role")
                .always("bindings", Schema.list(Schema.ref("ExplainedBinding")),
                        "=ExplainAccessResponse.bindings")
                .always("reasons", Schema.list(Schema.text()), "=ExplainAccessResponse.reasons")
                .build();
    }

    private ObjectNode explainedBinding() {
        return object("A binding, and how it came to the user.")
                .maybe("user_id", Schema.text(), "Whose it is, when it is a user's.")
                .maybe("group_id", Schema.text(), "Whose it is, when it is a group's.")
                .always("role", Schema.words(OWN_ROLES), "")
                .always("application", application(), "=Binding.application")
                .always("group", Schema.text(), "=ExplainedBinding.group")
                .build();
    }
}
