package dev.portcullis.benchmarks.stage;

import java.io.File;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** In a test, servers run what is being tested, not what was built last. */
public final class ProgramOnClassPath implements BeforeEachCallback, AfterEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
        System.setProperty(Program.CLASS_PATH,
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        // nor tests, which would bring their way of logging
                        .filter(entry -> !entry.endsWith("test-classes")
                                && !entry.endsWith("-tests.jar"))
                        .collect(Collectors.joining(File.pathSeparator)));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        System.clearProperty(Program.CLASS_PATH);
    }
}
