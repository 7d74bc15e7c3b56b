package dev.portcullis.admin.model;

/**
 * Whom a binding is about, as a caller names them. Nothing is validated yet.
 *
 * @param group whether it is a group
 * @param name id or name; may be null or wrong
 */
public record Subject(boolean group, String name) {
    /** A user. */
    public static Subject user(String idOrName) {
        return new Subject(false, idOrName);
    }

    /** A group. */
    public static Subject group(String idOrName) {
        return new Subject(true, idOrName);
    }
}
