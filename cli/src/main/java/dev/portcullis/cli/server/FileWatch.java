package dev.portcullis.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells when files have changed and lie still again: editors and copying programs write in several
 * steps, and what is seen between them means nothing. By time and size; what stands in them is for
 * others to compare. Not for several threads.
 */
final class FileWatch {
    /** How a file looks from outside. */
    private record Stamp(FileTime modified, long size, Object key) {
        static final Stamp MISSING = new Stamp(FileTime.fromMillis(0), -1, "");
    }

    private Map<Path, Stamp> known;
    /** How they looked the last time, where that was not as known; else null. */
    private Map<Path, Stamp> moving;

    FileWatch(List<Path> files) {
        known = stamps(files);
    }

    /** From now on these files; those that are new among them as they are now. */
    void watch(List<Path> files) {
        Map<Path, Stamp> stamps = new LinkedHashMap<>();
        for (Path file : files) {
            Stamp before = known.get(file);
            stamps.put(file, before == null ? stamp(file) : before);
        }
        known = stamps;
    }

    /** How they are now is known. */
    void seen() {
        known = stamps(List.copyOf(known.keySet()));
        moving = null;
    }

    /** Looks; true when they differ from what was known, and did not move since the last look. */
    boolean changed() {
        Map<Path, Stamp> now = stamps(List.copyOf(known.keySet()));
        if (now.equals(known)) {
            moving = null;
            return false;
        }
        if (!now.equals(moving)) {
            moving = now;
            return false;
        }
        known = now;
        moving = null;
        return true;
    }

    private static Map<Path, Stamp> stamps(List<Path> files) {
        Map<Path, Stamp> stamps = new LinkedHashMap<>();
        for (Path file : files) {
            stamps.put(file, stamp(file));
        }
        return stamps;
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(found.lastModifiedTime(), found.size(),
                    String.valueOf(found.fileKey()));
        } catch (IOException e) {
            return Stamp.MISSING;
        }
    }
}
