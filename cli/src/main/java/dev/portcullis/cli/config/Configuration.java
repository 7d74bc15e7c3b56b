package dev.portcullis.cli.config;

import dev.portcullis.core.token.Peppers;
import java.util.List;
import java.util.Map;

/** The effective configuration: checked values, each with where it came from. Immutable. */
public final class Configuration {
    /** A value and its origin. */
    record Value(Object value, Origin origin) {}

    private final Purpose purpose;
    private final Map<Setting<?>, Value> values;
    private final List<Application> applications;
    private final Peppers peppers;

    Configuration(
            Purpose purpose,
            Map<Setting<?>, Value> values,
            List<Application> applications,
            Peppers peppers) {
        this.purpose = purpose;
        this.values = Map.copyOf(values);
        this.applications = List.copyOf(applications);
        this.peppers = peppers;
    }

    /** What it is for. */
    public Purpose purpose() {
        return purpose;
    }

    /** The value of a setting; null where none is given and it has no default. */
    @SuppressWarnings("unchecked") // only the setting's own type has made the value
    public <T> T get(Setting<T> setting) {
        Value value = values.get(setting);
        return value == null ? null : (T) value.value();
    }

    /** Where the value of a setting came from. */
    public Origin origin(Setting<?> setting) {
        Value value = values.get(setting);
        return value == null ? Origin.DEFAULT : value.origin();
    }

    /** What secrets are and were hashed with, as read from their files. */
    Peppers peppers() {
        return peppers;
    }

    /**
     * The applications; at least one in a loaded configuration. That of the shorthand {@code
     * upstream} is among them.
     */
    public List<Application> applications() {
        return applications;
    }
}
