package dev.portcullis.cli.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What applications have that do not say it themselves: the settings {@code timeouts.*} that are
 * about upstreams.
 *
 * @param connect to an upstream
 * @param response until its head
 * @param body without progress
 * @param idle unused in the pool
 * @param origins where they were given, by their path in an application
 */
record Inherited(Duration connect, Duration response, Duration body, Duration idle,
        Map<String, Origin> origins) {
    /** The settings by their path in an application. */
    static final Map<String, Setting<Duration>> SETTINGS = Map.of(
            "timeouts.connect", Settings.TIMEOUTS_CONNECT,
            "timeouts.response", Settings.TIMEOUTS_RESPONSE,
            "timeouts.body", Settings.TIMEOUTS_BODY,
            "timeouts.idle", Settings.TIMEOUTS_UPSTREAM_IDLE);

    /** Of what was read; a value that could not be read is a mistake told elsewhere. */
    static Inherited of(Map<Setting<?>, Configuration.Value> values) {
        Map<String, Origin> origins = new HashMap<>();
        SETTINGS.forEach((path, setting) -> {
            Configuration.Value value = values.get(setting);
            if (value != null && value.origin().kind() != Origin.Kind.DEFAULT) {
                origins.put(path, value.origin());
            }
        });
        return new Inherited(
                of(values, Settings.TIMEOUTS_CONNECT), of(values, Settings.TIMEOUTS_RESPONSE),
                of(values, Settings.TIMEOUTS_BODY), of(values, Settings.TIMEOUTS_UPSTREAM_IDLE),
                origins);
    }

    private static Duration of(
            Map<Setting<?>, Configuration.Value> values, Setting<Duration> setting) {
        Configuration.Value value = values.get(setting);
        return value == null
                ? Quantity.parseDuration(setting.defaultText())
                : (Duration) value.value();
    }
}
