package dev.portcullis.cli;

import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.config.Configuration;
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
    static void addTo(CommandSpec command) {
        command.addOption(OptionSpec.builder(FILE)
                .type(String.class)
                .paramLabel("FILE")
                .description("Configuration file (YAML). Variable: " + ConfigLoader.FILE_VARIABLE)
                .build());
        for (Setting<?> setting : Settings.all()) {
            String usual = setting.defaultText() == null
                    ? ""
                    : " Default: " + setting.defaultText();
            command.addOption(OptionSpec.builder(setting.flag())
                    .type(String.class)
                    .paramLabel("<" + setting.type().name() + ">")
                    .description(setting.description().replace("`", "") + usual)
                    .build());
        }
    }

    /**
     * The configuration by what was parsed.
     *
     * @throws dev.portcullis.cli.config.ConfigException when there is any mistake
     */
    static Configuration load(ParseResult parsed, Map<String, String> environment) {
        Map<String, String> flags = new HashMap<>();
        for (Setting<?> setting : Settings.all()) {
            String text = parsed.matchedOptionValue(setting.flag(), null);
            if (text != null) {
                flags.put(setting.flag(), text);
            }
        }
        String file = parsed.matchedOptionValue(FILE, environment.get(ConfigLoader.FILE_VARIABLE));
        return ConfigLoader.load(path(file), environment, flags);
    }

    private static Path path(String file) {
        try {
            return file == null ? null : Path.of(file);
        } catch (InvalidPathException e) {
            throw new CommandException(ExitCode.USAGE, FILE + ": " + e.getMessage());
        }
    }
}
