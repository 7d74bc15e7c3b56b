package dev.portcullis.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a configuration is made of, so that it can be loaded again: flags and environment as they
 * were at the start, and the file as it is now. Immutable.
 */
public final class ConfigSource {
    private final Purpose purpose;
    private final Path file;
    private final Map<String, String> environment;
    private final Map<String, String> flags;

    /**
     * A source, for gateway and admin-service in one process.
     *
     * @param file the file, or null for none
     * @param environment all variables
     * @param flags what was given on the command line, by {@link Setting#flag}
     */
    public ConfigSource(Path file, Map<String, String> environment, Map<String, String> flags) {
        this(Purpose.STANDALONE, file, environment, flags);
    }

    /** As the other, for any purpose. */
    public ConfigSource(Purpose purpose, Path file, Map<String, String> environment,
            Map<String, String> flags) {
        this.purpose = purpose;
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.flags = Map.copyOf(flags);
    }

    /**
     * The configuration as it is now.
     *
     * @throws ConfigException when anything is wrong
     */
    public Configuration load() {
        return ConfigLoader.load(purpose, file, environment, flags);
    }

    /** The file, if there is one. */
    public List<Path> files() {
        return file == null ? List.of() : List.of(file);
    }

    /**
     * The files on which depends what is served: the file itself and what its applications name.
     * Certificates are not among them.
     */
    public List<Path> files(Configuration loaded) {
        List<Path> files = new ArrayList<>(files());
        for (Application application : loaded.applications()) {
            Path descriptors = application.config().route().grpc().descriptorSet();
            if (descriptors != null) {
                files.add(descriptors);
            }
        }
        return files;
    }
}
