package dev.portcullis.cli.config;

import dev.portcullis.gateway.ApplicationConfig;
import java.util.Map;

/**
 * An application of the configuration. Immutable; no field is null.
 *
 * @param config what the gateway is told of it
 * @param origin where it was given
 * @param origins where its values were given, by path such as {@code timeouts.connect}; what is
 *     not among them is a default
 */
public record Application(ApplicationConfig config, Origin origin, Map<String, Origin> origins) {
    /** Copies what could change. */
    public Application {
        origins = Map.copyOf(origins);
    }

    /** Its name, which bindings refer to. */
    public String name() {
        return config.name();
    }
}
