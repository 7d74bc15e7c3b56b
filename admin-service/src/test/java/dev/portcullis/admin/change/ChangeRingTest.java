package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.store.Change;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeRingTest {
    private final ChangeRing ring = new ChangeRing(10, 4, 100);

    private static Change change(long revision, int keys) {
        return new Change(revision, Collections.nCopies(keys, "c:x"), 1);
    }

    private static List<Long> revisions(List<Change> changes) {
        return changes.stream().map(Change::revision).toList();
    }

    @Test
    void empty_hasNothingBehindItsStart() {
        assertThat(ring.after(10, 5)).isEmpty();
        assertThat(ring.after(11, 5)).isEmpty();
        assertThat(ring.after(9, 5)).isNull();
    }

    @Test
    void changes_answeredBehindACursor() {
        for (int i = 11; i <= 14; i++) {
            ring.add(change(i, 1));
        }
        assertThat(revisions(ring.after(10, 9))).containsExactly(11L, 12L, 13L, 14L);
        assertThat(revisions(ring.after(12, 9))).containsExactly(13L, 14L);
        assertThat(ring.after(14, 9)).isEmpty();
        assertThat(ring.after(99, 9)).isEmpty();
        assertThat(revisions(ring.after(10, 2))).containsExactly(11L, 12L);
    }

    @Test
    void full_theOldestAreGoneAndSaidToBe() {
        for (int i = 11; i <= 16; i++) {
            ring.add(change(i, 1));
        }
        assertThat(ring.after(11, 9)).isNull();
        assertThat(revisions(ring.after(12, 9))).containsExactly(13L, 14L, 15L, 16L);
    }

    @Test
    void boundedInKeysToo() {
        ring.add(change(11, 60));
        ring.add(change(12, 30));
        ring.add(change(13, 30));
        assertThat(ring.after(10, 9)).isNull();
        assertThat(revisions(ring.after(11, 99))).containsExactly(12L, 13L);
        assertThat(revisions(ring.after(11, 1))).as("one at least").containsExactly(12L);
    }

    @Test
    void restarted_isEmptyFromThere() {
        ring.add(change(11, 1));
        ring.restart(50);
        assertThat(ring.after(11, 9)).isNull();
        ring.add(change(51, 1));
        assertThat(revisions(ring.after(50, 9))).containsExactly(51L);
    }
}
