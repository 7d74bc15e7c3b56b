package dev.portcullis.admin.store;

/** Where the two databases do not understand the same words. */
enum Dialect {
    /** One file, one process. */
    SQLITE("instr"),
    /** A server that several processes share. */
    POSTGRES("strpos");

    /** An action's beginning up to its dot, dot included; what an index holds. */
    final String actionFamily;

    Dialect(String position) {
        actionFamily = "substr(action, 1, " + position + "(action, '.'))";
    }
}
