package dev.portcullis.cli;

import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.config.ConfigSource;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Purpose;
import dev.portcullis.cli.config.Setting;
import dev.portcullis.cli.config.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that a command with configuration has: {@code --config}, and one each setting. */
final class ConfigOptions {
    private static final String FILE = "--config";

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
        add(command, Settings.DATA);
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
        Map<String, String> flags = new HashMap<>();
        for (Setting<?> setting : Settings.all()) {
            String text = parsed.matchedOptionValue(setting.flag(), null);
            if (text != null) {
                flags.put(setting.flag(), text);
            }
        }
        return new ConfigSource(purpose, file(parsed, environment), environment, flags);
    }

    /**
     * The data directory by what was parsed.
     *
     * @throws dev.portcullis.cli.config.ConfigException when there is any mistake
     */
    static Path loadData(ParseResult parsed, Map<String, String> environment) {
        String data = parsed.matchedOptionValue(Settings.DATA.flag(), null);
        Map<String, String> flags = data == null ? Map.of() : Map.of(Settings.DATA.flag(), data);
        return ConfigLoader.loadForData(file(parsed, environment), environment, flags)
                .get(Settings.DATA);
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
