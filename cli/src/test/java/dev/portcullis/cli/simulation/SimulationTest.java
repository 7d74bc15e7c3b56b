package dev.portcullis.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.portcullis.cli.simulation.Simulation.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Many worlds, each from a seed. {@code -Dportcullis.simulation.seeds=10000} runs more of them,
 * {@code -Dportcullis.simulation.seed=N} the one that failed. docs/simulation.md says more.
 */
final class SimulationTest {
    private static final long SEEDS = Long.getLong("portcullis.simulation.seeds", 500);
    private static final long ONE = Long.getLong("portcullis.simulation.seed", -1);
    private static final int THREADS = ONE < 0 ? 2 : 1;
    private static final String AGAIN = "./mvnw -pl cli -am test -Dtest=SimulationTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dportcullis.simulation.seed=";

    private static final Logger PROGRAM =
            (Logger) LoggerFactory.getLogger("dev.portcullis");
    private static Level before;

    @TempDir Path directory;

    /** In these worlds so much goes wrong that to tell of it takes longer than the rest. */
    @BeforeAll
    static void silence() {
        before = PROGRAM.getLevel();
        PROGRAM.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        PROGRAM.setLevel(before);
    }

    @Test
    void anySeed_nothingIsAcceptedThatWasPromisedToBeGone() throws Exception {
        AtomicLong next = new AtomicLong(Math.max(0, ONE));
        long end = ONE < 0 ? SEEDS : ONE + 1;
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        Sums sums = new Sums();
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Path own = Files.createDirectories(directory.resolve("db" + i));
                running.add(threads.submit(() -> {
                    try (Database database = Database.open(own)) {
                        long seed = next.getAndIncrement();
                        while (seed < end) {
                            check(new Simulation(seed, database, Mutation.NONE).run(), sums);
                            seed = next.getAndIncrement();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            // the others need not go on once one has failed
            next.set(end);
            threads.shutdown();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
        // a world in which nothing happens proves nothing
        assertThat(sums.accepted.get()).isPositive();
        assertThat(sums.refused.get()).isPositive();
        assertThat(sums.propagated.get()).isPositive().isLessThan(sums.changes.get());
    }

    private static void check(Outcome outcome, Sums sums) {
        assertThat(outcome.failures())
                .as(() -> "seed " + outcome.seed() + "; again: " + AGAIN + outcome.seed() + "\n"
                        + outcome.trace())
                .isEmpty();
        sums.accepted.addAndGet(outcome.accepted());
        sums.refused.addAndGet(outcome.refused());
        sums.changes.addAndGet(outcome.changes());
        sums.propagated.addAndGet(outcome.propagated());
    }

    private static final class Sums {
        final AtomicLong accepted = new AtomicLong();
        final AtomicLong refused = new AtomicLong();
        final AtomicLong changes = new AtomicLong();
        final AtomicLong propagated = new AtomicLong();
    }

    @ParameterizedTest
    @EnumSource(value = Mutation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void productBroken_isFound(Mutation mutation) throws Exception {
        long seed = 0;
        try (Database database = Database.open(directory)) {
            while (seed < 500
                    && new Simulation(seed, database, mutation).run().failures().isEmpty()) {
                seed++;
            }
        }
        assertThat(seed).as("seeds until %s is found", mutation).isLessThan(500);
    }
}
