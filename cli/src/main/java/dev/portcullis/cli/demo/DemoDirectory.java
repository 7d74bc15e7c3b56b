package dev.portcullis.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of the demo's state: the given one, or a new one that is deleted at the end. */
final class DemoDirectory implements AutoCloseable {
    private final Path path;
    private final boolean temporary;

    private DemoDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /** {@code given} may be null. */
    static DemoDirectory open(Path given) throws IOException {
        return given == null
                ? new DemoDirectory(Files.createTempDirectory("portcullis-demo-"), true)
                : new DemoDirectory(given, false);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(path)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
