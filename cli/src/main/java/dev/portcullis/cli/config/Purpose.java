package dev.portcullis.cli.config;

/** What a configuration is for: which of the settings it has to have, and which mean anything. */
public enum Purpose {
    /** Gateway and admin-service in one process. */
    STANDALONE,
    /** The admin-service alone. */
    ADMIN,
    /** A gateway alone. */
    GATEWAY,
    /** Work on the database alone: nothing is served, and no pepper is read. */
    DATA;

    /** Whether there is an admin-service. */
    public boolean hasAdmin() {
        return this == STANDALONE || this == ADMIN;
    }

    /** Whether there is a gateway. */
    public boolean hasGateway() {
        return this == STANDALONE || this == GATEWAY;
    }

    /** Whether a setting means anything. */
    public boolean uses(Setting<?> setting) {
        return switch (setting.part()) {
            case BOTH -> true;
            case ADMIN -> this != GATEWAY;
            case GATEWAY -> hasGateway();
            case LINK -> this == GATEWAY;
        };
    }
}
