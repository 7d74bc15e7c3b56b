package dev.portcullis.gateway.route;

import java.util.List;

/** Routes that cannot be served, with all that is wrong with them. */
public final class RouteException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<String> mistakes;

    RouteException(List<String> mistakes) {
        super(String.join("; ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Each in words, with the application's name in front. */
    public List<String> mistakes() {
        return mistakes;
    }
}
