package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.Role;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The names of roles. */
final class Roles implements ITypeConverter<Role> {
    private static final Map<String, Role> ROLES = new LinkedHashMap<>();

    static {
        ROLES.put("reader", Role.ROLE_READER);
        ROLES.put("writer", Role.ROLE_WRITER);
        ROLES.put("admin", Role.ROLE_ADMIN);
        ROLES.put("auditor", Role.ROLE_AUDITOR);
    }

    /** {@code user} is what NetBird calls a reader. */
    @Override
    public Role convert(String text) {
        Role role = ROLES.get(text.equals("user") ? "reader" : text);
        if (role == null) {
            throw new TypeConversionException(
                    "'" + text + "' is not a role; roles are " + String.join(", ", ROLES.keySet()));
        }
        return role;
    }

    static String name(Role role) {
        return role.name().replaceFirst("^ROLE_", "").toLowerCase(Locale.ROOT);
    }
}
