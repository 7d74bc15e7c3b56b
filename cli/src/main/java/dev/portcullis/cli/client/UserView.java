package dev.portcullis.cli.client;

import com.google.protobuf.Message;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.GroupReference;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How users are shown to people. */
final class UserView {
    static final List<String> HEADS = List.of(
            "NAME", "ID", "KIND", "BLOCKED", "ROLES", "GROUPS", "CREATED", "LAST USED");

    private UserView() {}

    /** The cells of a row. */
    static List<String> row(User user) {
        return List.of(user.getName(), user.getId(), kind(user),
                user.getBlocked() ? "yes" : "no", roles(user.getBindingsList()), groups(user),
                Output.instant(user.getCreatedAt()), lastUsed(user));
    }

    /** Name and value pairs. */
    static Map<String, String> fields(User user) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", user.getId());
        fields.put("name", user.getName());
        fields.put("description", user.getDescription());
        fields.put("kind", kind(user));
        fields.put("blocked", user.getBlocked() ? "yes" : "no");
        fields.put("roles", roles(user.getBindingsList()));
        fields.put("groups", groups(user));
        if (!user.getKeyThumbprint().isEmpty()) {
            fields.put("key", user.getKeyThumbprint());
        }
        fields.put("created", Output.instant(user.getCreatedAt()) + " by " + user.getCreatedBy());
        fields.put("last used", lastUsed(user));
        fields.put("revision", Long.toString(user.getRevision()));
        return fields;
    }

    /** Bindings in words; "none" when there are none. */
    static String roles(List<Binding> bindings) {
        List<String> roles = new ArrayList<>();
        for (Binding binding : bindings) {
            roles.add(Roles.name(binding.getRole()) + " on " + binding.getApplication());
        }
        return roles.isEmpty() ? "none" : String.join(", ", roles);
    }

    /** What came of a change to one user. */
    static void changed(Output output, Message response, User user, Propagation propagation) {
        if (output.isJson()) {
            output.json(response);
            return;
        }
        Map<String, String> fields = fields(user);
        fields.put("propagation", Output.propagation(propagation));
        output.fields(fields);
    }

    /** A user as it is; {@code message} is what a program reads. */
    static void shown(Output output, Message message, User user) {
        if (output.isJson()) {
            output.json(message);
        } else {
            output.fields(fields(user));
        }
    }

    private static String kind(User user) {
        return user.getKind().name().replaceFirst("^USER_KIND_", "").toLowerCase(Locale.ROOT);
    }

    private static String groups(User user) {
        List<String> names =
                user.getGroupsList().stream().map(GroupReference::getName).toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static String lastUsed(User user) {
        return user.hasLastUsedAt() ? Output.instant(user.getLastUsedAt()) : "never";
    }
}
