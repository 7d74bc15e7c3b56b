package dev.portcullis.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.simulation.Simulation.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many worlds, each from a seed. {@code -Dportcullis.simulation.seeds=10000} runs more of them,
 * {@code -Dportcullis.simulation.seed=N} the one that failed.
 */
final class SimulationTest {
    private static final int SEEDS = Integer.getInteger("portcullis.simulation.seeds", 500);
    private static final long ONE = Long.getLong("portcullis.simulation.seed", -1);

    @TempDir Path directory;
    private Database database;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(Files.createDirectories(directory.resolve("db")));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anySeed_nothingIsAcceptedThatWasPromisedToBeGone() {
        long begun = System.nanoTime();
        long events = 0;
        long accepted = 0;
        long refused = 0;
        long unavailable = 0;
        long changes = 0;
        long propagated = 0;
        long first = ONE < 0 ? 0 : ONE;
        long end = ONE < 0 ? SEEDS : ONE + 1;
        for (long seed = first; seed < end; seed++) {
            Outcome outcome = new Simulation(seed, database, Mutation.NONE).run();
            assertThat(outcome.failures())
                    .as("seed %d; again: ./mvnw -pl cli -am test -Dtest=SimulationTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false"
                            + " -Dportcullis.simulation.seed=%d%n%s",
                            seed, seed, outcome.failures().isEmpty() ? "" : outcome.trace())
                    .isEmpty();
            events += outcome.events();
            accepted += outcome.accepted();
            refused += outcome.refused();
            unavailable += outcome.unavailable();
            changes += outcome.changes();
            propagated += outcome.propagated();
        }
        System.out.printf("%d seeds, %d events, %d accepted, %d refused, %d unavailable,"
                        + " %d changes, %d propagated, %d ms%n",
                end - first, events, accepted, refused, unavailable, changes, propagated,
                (System.nanoTime() - begun) / World.MILLI);
    }

    @ParameterizedTest
    @EnumSource(value = Mutation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void productBroken_isFound(Mutation mutation) {
        long seed = 0;
        while (seed < 500 && new Simulation(seed, database, mutation).run().failures().isEmpty()) {
            seed++;
        }
        System.out.println(mutation + " is found by seed " + seed);
        assertThat(seed).as("seeds until %s is found", mutation).isLessThan(500);
    }
}
