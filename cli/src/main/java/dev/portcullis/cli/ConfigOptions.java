package dev.portcullis.cli;

import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.cli.config.AdminMapping;
import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.config.ConfigSource;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Purpose;
import dev.portcullis.cli.config.Setting;
import dev.portcullis.cli.config.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that a command with configuration has: {@code --config}, and one each setting. */
final class ConfigOptions {
    private static final String FILE = "--config";

    /** What says where the data is. */
    private static final List<Setting<?>> OF_DATA =
            List.of(Settings.DATA, Settings.DATABASE, Settings.DATABASE_PASSWORD_FILE);

    private ConfigOptions() {}

    /** Gives a command the options, made from the table of settings. */
    static void addTo(CommandSpec command, Purpose purpose) {
        addFile(command);
        for (Setting<?> setting : Settings.all()) {
            if (purpose.uses(setting)) {
                add(command, setting);
            }
        }
    }

    /** Gives a command the options of all settings. */
    static void addAllTo(CommandSpec command) {
        addFile(command);
        Settings.all().forEach(setting -> add(command, setting));
    }

    /** Gives a command that works on the data directory alone the options for that. */
    static void addDataTo(CommandSpec command) {
        addFile(command);
        for (Setting<?> setting : OF_DATA) {
            add(command, setting);
        }
    }

    private static void addFile(CommandSpec command) {
        command.addOption(OptionSpec.builder(FILE)
                .type(String.class)
                .paramLabel("FILE")
                .description("Configuration file (YAML). Variable: " + ConfigLoader.FILE_VARIABLE)
                .build());
    }

    private static void add(CommandSpec command, Setting<?> setting) {
        String usual = setting.defaultText() == null
                ? ""
                : " Default: " + setting.defaultText();
        command.addOption(OptionSpec.builder(setting.flag())
                .type(String.class)
                .paramLabel("<" + setting.type().name() + ">")
                .description(setting.description().replace("`", "") + usual)
                .build());
    }

    /**
     * The configuration by what was parsed.
     *
     * @throws dev.portcullis.cli.config.ConfigException when there is any mistake
     */
    static Configuration load(
            Purpose purpose, ParseResult parsed, Map<String, String> environment) {
        return source(purpose, parsed, environment).load();
    }

    /** What the configuration is loaded from, by what was parsed. */
    static ConfigSource source(
            Purpose purpose, ParseResult parsed, Map<String, String> environment) {
        return new ConfigSource(purpose,
                file(parsed, environment), environment, flags(parsed, Settings.all()));
    }

    private static Map<String, String> flags(
            ParseResult parsed, Collection<? extends Setting<?>> settings) {
        Map<String, String> flags = new HashMap<>();
        for (Setting<?> setting : settings) {
            String text = parsed.matchedOptionValue(setting.flag(), null);
            if (text != null) {
                flags.put(setting.flag(), text);
            }
        }
        return flags;
    }

    /**
     * Where the data is, by what was parsed.
     *
     * @throws dev.portcullis.cli.config.ConfigException when there is any mistake
     */
    static StoreConfig loadData(ParseResult parsed, Map<String, String> environment) {
        Map<String, String> flags = flags(parsed, OF_DATA);
        if (flags.containsKey(Settings.DATA.flag())
                && flags.containsKey(Settings.DATABASE.flag())) {
            throw new CommandException(ExitCode.USAGE, "give " + Settings.DATA.flag() + " or "
                    + Settings.DATABASE.flag() + ", not both: they name two databases");
        }
        Configuration config =
                ConfigLoader.loadForData(file(parsed, environment), environment, flags);
        return flags.containsKey(Settings.DATA.flag())
                // what was typed, whatever else the file names
                ? new StoreConfig(config.get(Settings.DATA))
                : AdminMapping.store(config);
    }

    private static Path file(ParseResult parsed, Map<String, String> environment) {
        return path(parsed.matchedOptionValue(
                FILE, environment.get(ConfigLoader.FILE_VARIABLE)));
    }

    private static Path path(String file) {
        try {
            return file == null ? null : Path.of(file);
        } catch (InvalidPathException e) {
            throw new CommandException(ExitCode.USAGE, FILE + ": " + e.getMessage());
        }
    }
}
