package dev.portcullis.cli.structure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The project's sources as files. */
final class Sources {
    private static final List<String> MODULES =
            List.of("proto", "core", "gateway", "admin-service", "cli", "benchmarks");

    private Sources() {}

    /** The folder that holds all modules. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("run inside the project: no mvnw found upwards");
        }
        return folder;
    }

    /** Every source file of every module that ends in {@code suffix}, relative to the root. */
    static List<Path> all(String suffix) {
        Path root = root();
        List<Path> found = new ArrayList<>();
        for (String module : MODULES) {
            Path sources = root.resolve(module).resolve("src");
            if (Files.isDirectory(sources)) {
                try (Stream<Path> walk = Files.walk(sources)) {
                    walk.filter(file -> file.toString().endsWith(suffix))
                            .map(root::relativize)
                            .sorted()
                            .forEach(found::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return found;
    }

    /** The text of a file that is named relative to the root. */
    static String read(Path file) {
        try {
            return Files.readString(root().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a file is of a test and not of the product. */
    static boolean isTest(Path file) {
        return file.startsWith(file.getName(0).resolve("src").resolve("test"));
    }

    /** The module a file is in. */
    static String module(Path file) {
        return file.getName(0).toString();
    }
}
