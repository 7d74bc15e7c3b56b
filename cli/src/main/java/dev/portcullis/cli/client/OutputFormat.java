package dev.portcullis.cli.client;

/** How a command prints what it got. */
enum OutputFormat {
    /** For people. */
    TABLE,
    /** For programs: one JSON value, fields as in the contract. */
    JSON;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
