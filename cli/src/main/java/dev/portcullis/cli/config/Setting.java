package dev.portcullis.cli.config;

import java.util.Locale;

/**
 * One setting: a key of the file, a flag and an environment variable of one meaning. Immutable;
 * the table {@link Settings} has them all.
 *
 * @param <T> what its values are
 */
public final class Setting<T> {
    /** Which part of Portcullis a setting is for. */
    public enum Part {
        ADMIN("admin"),
        GATEWAY("gateway"),
        BOTH("both"),
        /** A gateway in a process of its own. */
        LINK("gateway alone");

        private final String words;

        Part(String words) {
            this.words = words;
        }

        /** For the documentation. */
        String words() {
            return words;
        }
    }

    private final String key;
    private final Part part;
    private final ValueType<T> type;
    private final String defaultText;
    private final String description;

    Setting(
            Part part, String key, ValueType<T> type, String defaultText, String description) {
        this.part = part;
        this.key = key;
        this.type = type;
        this.defaultText = defaultText;
        this.description = description;
    }

    /** The path in the file, such as {@code limits.head}. */
    public String key() {
        return key;
    }

    /** What it is for. */
    public Part part() {
        return part;
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
