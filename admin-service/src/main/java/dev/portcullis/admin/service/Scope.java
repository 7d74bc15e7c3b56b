package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Restrictions as OAuth writes them (RFC 6749, section 3.3): {@code read} stands for at most the
 * role reader, {@code app:NAME} for that application and no other that is not named as well. A
 * scope only ever narrows; what it leaves out stays as the key has it.
 */
public final class Scope {
    private static final String FIELD = "scope";
    private static final String READ = "read";
    private static final String APPLICATION = "app:";
    private static final int APPLICATIONS_MAX = 100;
    private static final int TEXT_MAX = APPLICATIONS_MAX * 68 + READ.length();

    private Scope() {}

    /**
     * What is left of a key's restrictions under a scope.
     *
     * @param scope tokens with one space between; null or empty: nothing is narrowed
     * @throws ServiceException {@code INVALID_ARGUMENT} when it is malformed, unknown, or asks for
     *     more than the key may
     */
    static Restrictions narrow(Restrictions key, String scope) {
        if (scope == null || scope.isEmpty()) {
            return key;
        }
        Restrictions asked = parse(scope);
        if (!key.applications().isEmpty()
                && !key.applications().containsAll(asked.applications())) {
            throw ServiceException.invalid(FIELD, "names an application that the key is not for");
        }
        try {
            return key.narrowedBy(asked);
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid(FIELD, "asks for what the key is not for");
        }
    }

    private static Restrictions parse(String scope) {
        if (scope.length() > TEXT_MAX) {
            throw ServiceException.invalid(FIELD, "is longer than any scope");
        }
        Role maxRole = null;
        Set<String> applications = new LinkedHashSet<>();
        for (String token : scope.split(" ", -1)) {
            if (token.equals(READ)) {
                maxRole = Role.READER;
            } else if (token.startsWith(APPLICATION)) {
                applications.add(application(token.substring(APPLICATION.length())));
            } else {
                throw ServiceException.invalid(
                        FIELD, "is \"read\" or \"app:NAME\", or several with one space between");
            }
        }
        if (applications.size() > APPLICATIONS_MAX) {
            throw ServiceException.invalid(FIELD, "names at most " + APPLICATIONS_MAX
                    + " applications");
        }
        return new Restrictions(maxRole, applications, List.of());
    }

    private static String application(String name) {
        if (name.equals("*")) {
            throw ServiceException.invalid(FIELD, "names each application by itself");
        }
        return Names.application(FIELD, name);
    }

    /** Restrictions as a scope, applications in order; empty when it can say nothing of them. */
    public static String of(Restrictions restrictions) {
        List<String> tokens = new ArrayList<>();
        if (restrictions.maxRole() == Role.READER) {
            tokens.add(READ);
        }
        restrictions.applications().stream()
                .sorted()
                .forEach(application -> tokens.add(APPLICATION + application));
        return String.join(" ", tokens);
    }
}
