package dev.portcullis.cli.config;

import java.util.Locale;

/**
 * One setting: a key of the file, a flag and an environment variable of one meaning. Immutable;
 * the table {@link Settings} has them all.
 *
 * @param <T> what its values are
 */
public final class Setting<T> {
    private final String key;
    private final ValueType<T> type;
    private final String defaultText;
    private final String description;

    Setting(String key, ValueType<T> type, String defaultText, String description) {
        this.key = key;
        this.type = type;
        this.defaultText = defaultText;
        this.description = description;
    }

    /** The path in the file, such as {@code limits.head}. */
    public String key() {
        return key;
    }

    /** How its values are written. */
    public ValueType<T> type() {
        return type;
    }

    /** The value where none is given, as it would be written; null where there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** One line for the help and the documentation. */
    public String description() {
        return description;
    }

    /** The flag, such as {@code --limits-head}. */
    public String flag() {
        return "--" + key.replace('.', '-').replace('_', '-');
    }

    /** The environment variable, such as {@code PORTCULLIS_LIMITS_HEAD}. */
    public String environmentName() {
        return "PORTCULLIS_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return key;
    }
}
