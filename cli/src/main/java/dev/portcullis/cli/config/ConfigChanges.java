package dev.portcullis.cli.config;

import dev.portcullis.gateway.ApplicationConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What differs between what is in effect and what was loaded. Immutable.
 *
 * @param added names of applications
 * @param removed names of applications
 * @param changed names of applications
 * @param reordered whether applications that stayed stand in another order
 * @param atNextStart keys of settings that are read at the start alone, and differ from then
 */
public record ConfigChanges(List<String> added, List<String> removed, List<String> changed,
        boolean reordered, List<String> atNextStart) {
    /** What applications are made of. */
    private static final Set<Setting<?>> IN_APPLICATIONS = partsOfApplications();

    private static Set<Setting<?>> partsOfApplications() {
        Set<Setting<?>> settings = new HashSet<>(Inherited.SETTINGS.values());
        settings.add(Settings.UPSTREAM);
        return settings;
    }

    /**
     * The differences.
     *
     * @param started what the process was started with
     * @param serving whose applications are served
     */
    public static ConfigChanges between(
            Configuration started, Configuration serving, Configuration loaded) {
        Map<String, ApplicationConfig> before = byName(serving);
        Map<String, ApplicationConfig> after = byName(loaded);
        List<String> added = new ArrayList<>(after.keySet());
        added.removeAll(before.keySet());
        List<String> removed = new ArrayList<>(before.keySet());
        removed.removeAll(after.keySet());
        List<String> changed = new ArrayList<>();
        after.forEach((name, application) -> {
            if (before.containsKey(name) && !before.get(name).equals(application)) {
                changed.add(name);
            }
        });
        List<String> stayed = new ArrayList<>(before.keySet());
        stayed.retainAll(after.keySet());
        List<String> inNewOrder = new ArrayList<>(after.keySet());
        inNewOrder.retainAll(before.keySet());
        return new ConfigChanges(
                added, removed, changed, !stayed.equals(inNewOrder), settings(started, loaded));
    }

    private static Map<String, ApplicationConfig> byName(Configuration config) {
        Map<String, ApplicationConfig> applications = new LinkedHashMap<>();
        config.applications().forEach(one -> applications.put(one.name(), one.config()));
        return applications;
    }

    private static List<String> settings(Configuration started, Configuration loaded) {
        List<String> keys = new ArrayList<>();
        for (Setting<?> setting : Settings.all()) {
            if (loaded.purpose().uses(setting) && !IN_APPLICATIONS.contains(setting)
                    && !Objects.equals(value(started, setting), value(loaded, setting))) {
                keys.add(setting.key());
            }
        }
        return keys;
    }

    private static Object value(Configuration config, Setting<?> setting) {
        return config.get(setting);
    }

    /** Whether other applications are to be served, or in another way. */
    public boolean inApplications() {
        return reordered || !added.isEmpty() || !removed.isEmpty() || !changed.isEmpty();
    }

    /** For the log, such as {@code added a, b; limits.head takes effect at the next start}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        part(parts, "added ", added);
        part(parts, "removed ", removed);
        part(parts, "changed ", changed);
        if (reordered) {
            parts.add("another order of applications");
        }
        if (parts.isEmpty()) {
            parts.add("no application has changed");
        }
        if (!atNextStart.isEmpty()) {
            parts.add(String.join(", ", atNextStart)
                    + (atNextStart.size() == 1 ? " takes" : " take")
                    + " effect at the next start");
        }
        return String.join("; ", parts);
    }

    private static void part(List<String> parts, String what, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(what + String.join(", ", names));
        }
    }
}
