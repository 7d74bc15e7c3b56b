package dev.portcullis.cli.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the effective configuration as a file that could be read back, each value with its origin
 * in a comment. There are no secrets in it.
 */
public final class ConfigPrinter {
    private static final int COMMENT_COLUMN = 44;

    private final StringBuilder out = new StringBuilder();

    private ConfigPrinter() {}

    /** The text, ending in a line break. */
    public static String print(Configuration configuration) {
        return new ConfigPrinter().printed(configuration);
    }

    private String printed(Configuration configuration) {
        String section = "";
        for (Setting<?> setting : Settings.all()) {
            if (setting == Settings.UPSTREAM || configuration.get(setting) == null
                    || !configuration.purpose().uses(setting)) {
                // the shorthand is printed as the application that it stands for
                continue;
            }
            int dot = setting.key().indexOf('.');
            String of = dot < 0 ? "" : setting.key().substring(0, dot);
            if (!of.equals(section)) {
                out.append(of).append(":\n");
                section = of;
            }
            String name = dot < 0 ? setting.key() : "  " + setting.key().substring(dot + 1);
            line(name + ": " + text(configuration, setting), configuration.origin(setting));
        }
        if (!configuration.purpose().hasGateway()) {
            return out.toString();
        }
        out.append("applications:\n");
        configuration.applications().forEach(
                application -> new ApplicationPrinter(application, this::line).print());
        return out.toString();
    }

    private static <T> String text(Configuration configuration, Setting<T> setting) {
        return scalar(setting.type().print(configuration.get(setting)));
    }

    /** A line; without a comment where the origin is null. */
    private void line(String text, Origin origin) {
        out.append(text);
        if (origin == null) {
            out.append('\n');
            return;
        }
        out.append(" ".repeat(Math.max(1, COMMENT_COLUMN - text.length())));
        out.append("# ").append(comment(origin.toString())).append('\n');
    }

    private static String comment(String origin) {
        return origin.codePoints().anyMatch(Character::isISOControl) ? "file" : origin;
    }

    /** Plain where that is certain to be read back as the same text, else in double quotes. */
    static String scalar(String value) {
        boolean plain = value.matches("[A-Za-z0-9/][A-Za-z0-9/._:-]*[A-Za-z0-9/]|[A-Za-z0-9/]")
                && !value.equalsIgnoreCase("null");
        if (plain) {
            return value;
        }
        List<String> escaped = new ArrayList<>();
        value.codePoints().forEach(c -> escaped.add(escape(c)));
        return "\"" + String.join("", escaped) + "\"";
    }

    private static String escape(int c) {
        if (c == '"' || c == '\\') {
            return "\\" + (char) c;
        }
        return c < ' ' || c > '~' ? String.format("\\U%08x", c) : Character.toString(c);
    }
}
