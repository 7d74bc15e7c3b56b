package dev.portcullis.cli.config;

import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.admin.store.PostgresPassword;

/** URLs of databases: {@code postgresql://user@host:port/name?sslmode=verify-full}. */
final class DatabaseUrl {
    static final ValueType<PostgresConfig> TYPE =
            new ValueType<>("URL of PostgreSQL", DatabaseUrl::parse, PostgresConfig::toString);

    private DatabaseUrl() {}

    private static PostgresConfig parse(String text) throws BadValueException {
        try {
            return PostgresConfig.parse(text, PostgresPassword.NONE);
        } catch (IllegalArgumentException e) {
            // its message repeats nothing that may be a password
            throw new BadValueException(e.getMessage());
        }
    }
}
