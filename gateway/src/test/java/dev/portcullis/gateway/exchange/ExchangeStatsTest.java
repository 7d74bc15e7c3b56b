package dev.portcullis.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExchangeStatsTest {
    @Test
    void applicationThatComesBack_goesOnCounting() {
        ExchangeStats stats = new ExchangeStats(1);
        ApplicationStats orders = stats.serve(List.of("orders", "stock")).get(0);

        stats.serve(List.of("stock"));

        assertThat(stats.applications()).containsOnlyKeys("orders", "stock");
        assertThat(stats.serve(List.of("orders"))).containsExactly(orders);
    }

    @Test
    void namesThatChangeAgainAndAgain_stayBounded() {
        ExchangeStats stats = new ExchangeStats(1);
        for (int round = 0; round < 20; round++) {
            stats.serve(names("round-" + round + "-", 300));
            assertThat(stats.applications()).hasSizeLessThanOrEqualTo(
                    ExchangeStats.APPLICATIONS_MAX);
        }
        assertThat(stats.applications()).containsKeys("round-19-0", "round-19-299", "round-18-0")
                .doesNotContainKeys("round-0-0", "round-15-0");
    }

    @Test
    void moreApplicationsThanThereIsRoomFor_shareTheirCounts() {
        ExchangeStats stats = new ExchangeStats(1);
        List<ApplicationStats> counts = stats.serve(names("a", 1_500));

        assertThat(counts).hasSize(1_500);
        assertThat(counts.subList(1_000, 1_500)).containsOnly(counts.get(1_499));
        assertThat(counts.subList(0, 1_000)).doesNotHaveDuplicates();
        assertThat(stats.applications()).hasSize(1_001).containsKey(ExchangeStats.OTHERS);
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
