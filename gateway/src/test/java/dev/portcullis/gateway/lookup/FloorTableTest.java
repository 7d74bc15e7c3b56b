package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Floors count for their keys, and fold without ever sinking. */
class FloorTableTest {
    private static final long START = Long.MAX_VALUE - 1_000;

    @Test
    void raisedKey_admitsOnlyWhatIsAsNew() {
        FloorTable<String> floors = new FloorTable<>(0);
        floors.raise("a", 7, START);
        assertThat(floors.admits("a", 6)).isFalse();
        assertThat(floors.admits("a", 7)).isTrue();
        assertThat(floors.admits("b", 1)).isTrue();
    }

    @Test
    void floor_neverSinks() {
        FloorTable<String> floors = new FloorTable<>(0);
        floors.raise("a", 7, START);
        floors.raise("a", 5, START);
        floors.raiseAll(9);
        floors.raiseAll(8);
        assertThat(floors.admits("a", 6)).isFalse();
        assertThat(floors.admits("b", 8)).isFalse();
        assertThat(floors.serves(8)).isFalse();
        assertThat(floors.serves(9)).isTrue();
    }

    @Test
    void retentionOver_floorIsFoldedIntoOneForFilling() {
        FloorTable<String> floors = new FloorTable<>(0);
        long later = START + FloorTable.RETENTION.plus(Duration.ofSeconds(1)).toNanos();
        floors.raise("a", 7, START);
        floors.raise("b", 9, later);
        assertThat(floors.size()).isEqualTo(1);
        assertThat(floors.admits("a", 6)).isFalse();
        assertThat(floors.admits("c", 6)).isFalse();
        assertThat(floors.admits("c", 7)).isTrue();
        // what is in the cache already was not touched by that change
        assertThat(floors.serves(3)).isTrue();
    }

    @Test
    void keyRaisedAgain_outlivesItsFirstFloor() {
        FloorTable<String> floors = new FloorTable<>(0);
        long half = START + FloorTable.RETENTION.dividedBy(2).toNanos();
        floors.raise("a", 7, START);
        floors.raise("a", 9, half);
        floors.fold(START + FloorTable.RETENTION.plusSeconds(1).toNanos());
        assertThat(floors.size()).isEqualTo(1);
        assertThat(floors.admits("a", 8)).isFalse();
        assertThat(floors.admits("b", 8)).isTrue();
    }

    @Test
    void tooManyKeys_oldestAreFolded() {
        FloorTable<Integer> floors = new FloorTable<>(0);
        for (int i = 1; i <= FloorTable.KEYS_MAX + 500; i++) {
            floors.raise(i, i, START);
        }
        assertThat(floors.size()).isEqualTo(FloorTable.KEYS_MAX);
        assertThat(floors.admits(1, 0)).isFalse();
        assertThat(floors.admits(1, 499)).isFalse();
        assertThat(floors.admits(1, 500)).isTrue();
        assertThat(floors.admits(501, 500)).isFalse();
    }

    @Test
    void oneKeyRaisedOverAndOver_staysBounded() {
        FloorTable<String> floors = new FloorTable<>(0);
        for (int i = 1; i <= 3 * FloorTable.KEYS_MAX; i++) {
            floors.raise("a", i, START);
        }
        assertThat(floors.size()).isEqualTo(1);
        assertThat(floors.admits("a", 3L * FloorTable.KEYS_MAX - 1)).isFalse();
    }
}
