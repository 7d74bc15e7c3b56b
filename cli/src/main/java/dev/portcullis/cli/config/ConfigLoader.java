package dev.portcullis.cli.config;

import dev.portcullis.core.token.Peppers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Loads the configuration: flag before environment before file before default. Every mistake is
 * found in one pass and thrown together.
 */
public final class ConfigLoader {
    /** The environment variable that names the file. */
    public static final String FILE_VARIABLE = "PORTCULLIS_CONFIG";

    /** By which certificates expire. */
    private static final InstantSource CLOCK = InstantSource.system();

    private final Mistakes mistakes = new Mistakes();
    private final Map<Setting<?>, Configuration.Value> values = new LinkedHashMap<>();
    /** Settings for which something was written, be it readable or not. */
    private final Set<Setting<?>> written = new HashSet<>();

    private final Purpose purpose;

    private ConfigLoader(Purpose purpose) {
        this.purpose = purpose;
    }

    /**
     * The effective configuration of gateway and admin-service in one process.
     *
     * @param file the file, or null for none
     * @param environment all variables; those that are not of settings are passed over
     * @param flags what was given on the command line, by {@link Setting#flag}
     * @throws ConfigException when anything is wrong
     */
    public static Configuration load(
            Path file, Map<String, String> environment, Map<String, String> flags) {
        return load(Purpose.STANDALONE, file, environment, flags);
    }

    /**
     * As {@link #load(Path, Map, Map)}, for any purpose. Settings of the parts that are not there
     * may be given: one file can be that of all processes.
     */
    public static Configuration load(Purpose purpose, Path file,
            Map<String, String> environment, Map<String, String> flags) {
        return new ConfigLoader(purpose).read(file, environment, flags);
    }

    /**
     * As {@link #load}, for work on the data directory alone: there need be nothing to protect, and
     * no pepper is read.
     */
    public static Configuration loadForData(
            Path file, Map<String, String> environment, Map<String, String> flags) {
        return new ConfigLoader(Purpose.DATA).read(file, environment, flags);
    }

    private Configuration read(
            Path file, Map<String, String> environment, Map<String, String> flags) {
        ConfigFile config = file == null
                ? ConfigFile.parse("", "", mistakes)
                : ConfigFile.read(file, mistakes);
        return load(config, environment, flags);
    }

    /** As {@link #load}, from a text that stands for the file. */
    static Configuration loadText(String label, String text, Map<String, String> environment,
            Map<String, String> flags) {
        return loadText(Purpose.STANDALONE, label, text, environment, flags);
    }

    /** As {@link #loadText(String, String, Map, Map)}, for any purpose. */
    static Configuration loadText(Purpose purpose, String label, String text,
            Map<String, String> environment, Map<String, String> flags) {
        ConfigLoader loader = new ConfigLoader(purpose);
        return loader.load(
                ConfigFile.parse(label, text, loader.mistakes), environment, flags);
    }

    private Configuration load(
            ConfigFile file, Map<String, String> environment, Map<String, String> flags) {
        for (Setting<?> setting : Settings.all()) {
            Given fromFile = file.values().get(setting.key());
            Given fromEnvironment = given(Origin.Kind.ENVIRONMENT, setting.environmentName(),
                    environment);
            Given fromFlag = given(Origin.Kind.FLAG, setting.flag(), flags);
            read(setting, fromFile, fromEnvironment, fromFlag);
        }
        slips(environment);
        if (file.isUnderstood()) {
            required();
        }
        RelationChecks relations = new RelationChecks(purpose, values, written, mistakes);
        List<Application> applications = List.of();
        Peppers peppers = Peppers.NONE;
        if (purpose.hasGateway()) {
            applications = applications(file);
        }
        if (purpose != Purpose.DATA) {
            peppers = peppers();
            relations.files(CLOCK);
        }
        relations.check();
        mistakes.throwIfAny();
        return new Configuration(purpose, values, applications, peppers);
    }

    /** What has no default, and must be there. */
    private void required() {
        if (purpose != Purpose.GATEWAY && !written.contains(Settings.DATA)
                && !allElsewhere()) {
            mistakes.add("", "no data directory: give --data DIR, PORTCULLIS_DATA, or data in a "
                    + "file");
        }
        if (purpose == Purpose.GATEWAY && !written.contains(Settings.ORIGIN)) {
            mistakes.add("", "no admin-service: give --origin HOST:PORT, PORTCULLIS_ORIGIN, or "
                    + "origin in a file");
        }
        if (purpose == Purpose.GATEWAY && !written.contains(Settings.ORIGIN_TOKEN_FILE)) {
            mistakes.add("", "no enrolment: run 'portcullis gateway enroll NAME --out FILE' and "
                    + "give --origin-token-file FILE");
        }
    }

    /** With a server for the database, a directory is needed for the first token alone. */
    private boolean allElsewhere() {
        return written.contains(Settings.DATABASE)
                && (purpose == Purpose.DATA || written.contains(Settings.BOOTSTRAP_TOKEN_FILE));
    }

    private Peppers peppers() {
        Configuration.Value files = values.get(Settings.TOKENS_PEPPERS);
        Configuration.Value current = values.get(Settings.TOKENS_PEPPER);
        return files == null
                ? Peppers.NONE
                : ((PepperFiles) files.value()).read(files.origin(),
                        current == null ? null : (String) current.value(), mistakes);
    }

    private static Given given(Origin.Kind kind, String name, Map<String, String> from) {
        String text = from.get(name);
        return text == null ? null : new Given(text, new Origin(kind, name));
    }

    /** Every text is checked, also one that another overrides: a mistake must not lie in wait. */
    private <T> void read(Setting<T> setting, Given... rising) {
        if (setting.defaultText() != null) {
            put(setting, new Given(setting.defaultText(), Origin.DEFAULT));
        }
        for (Given given : rising) {
            if (given != null) {
                written.add(setting);
                put(setting, given);
            }
        }
    }

    private <T> void put(Setting<T> setting, Given given) {
        try {
            T value = setting.type().parse(given.text());
            values.put(setting, new Configuration.Value(value, given.origin()));
        } catch (BadValueException e) {
            values.remove(setting);
            String what = given.origin().kind() == Origin.Kind.FILE
                    ? setting.key() + ": " + e.getMessage()
                    : e.getMessage();
            mistakes.add(given.origin(), what);
        }
    }

    /**
     * A variable that is one slip away from a setting's is a mistake; others of our namespace may
     * well be somebody else's, such as a container platform's PORTCULLIS_SERVICE_HOST.
     */
    private void slips(Map<String, String> environment) {
        List<String> known = new ArrayList<>();
        for (Setting<?> setting : Settings.all()) {
            known.add(setting.environmentName());
        }
        for (String name : new TreeMap<>(environment).keySet()) {
            if (name.startsWith("PORTCULLIS_") && !known.contains(name)) {
                String meant = Suggestion.oneSlipAway(name, known);
                if (meant != null) {
                    mistakes.add(name, "unknown variable; did you mean " + meant + "?");
                }
            }
        }
    }

    private List<Application> applications(ConfigFile file) {
        boolean shorthand = written.contains(Settings.UPSTREAM);
        Inherited inherited = Inherited.of(values);
        if (file.applications() != null) {
            if (shorthand) {
                mistakes.add(file.applicationsOrigin(), "applications: upstream is given as well, "
                        + "and is the shorthand for a single application: keep one of them");
            }
            return new ApplicationReader(mistakes, inherited, CLOCK).read(file.applications());
        }
        Configuration.Value upstream = values.get(Settings.UPSTREAM);
        if (upstream != null) {
            return List.of(ApplicationReader.shorthand(
                    (Upstream) upstream.value(), upstream.origin(), inherited));
        }
        if (file.isUnderstood() && !shorthand) {
            mistakes.add("", "nothing to protect: give --upstream http://HOST:PORT, or "
                    + "applications in a file");
        }
        return List.of();
    }
}
