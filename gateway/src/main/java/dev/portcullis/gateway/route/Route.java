package dev.portcullis.gateway.route;

/**
 * One application's place in the table.
 *
 * @param index its number, from 0, by which other packages keep what they know of it
 */
public record Route(int index, ApplicationConfig application) {
    /** The application's name, which bindings refer to. */
    public String name() {
        return application.name();
    }
}
