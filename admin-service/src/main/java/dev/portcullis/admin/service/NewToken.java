package dev.portcullis.admin.service;

import dev.portcullis.core.access.Role;
import java.time.Duration;
import java.util.List;

/**
 * A token or key to be issued. Nothing is validated yet: any component may be null or wrong.
 *
 * @param user id or name of the user it is for
 * @param limits null stands for none
 * @param rotateBefore how long before its expiry it is to be rotated automatically; null: not
 */
public record NewToken(
        String user, String name, TokenLifetime lifetime, Limits limits, Duration rotateBefore) {

    /** One without restrictions that is not rotated automatically. */
    public NewToken(String user, String name, TokenLifetime lifetime) {
        this(user, name, lifetime, null, null);
    }

    /**
     * Restrictions as a caller writes them.
     *
     * @param maxRole null: none
     * @param applications null or empty: all
     * @param cidrs null or empty: any address
     * @param certificates null or empty: none is asked for
     */
    public record Limits(
            Role maxRole, List<String> applications, List<String> cidrs,
            List<String> certificates) {

        /** Those that ask for no certificate. */
        public Limits(Role maxRole, List<String> applications, List<String> cidrs) {
            this(maxRole, applications, cidrs, null);
        }
    }
}
