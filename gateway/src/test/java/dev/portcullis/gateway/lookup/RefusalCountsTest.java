package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.lookup.RefusalCounts.Summary;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RefusalCountsTest {
    private static final int EVERYTHING = Integer.MAX_VALUE;

    private final RefusalCounts counts = new RefusalCounts();

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {
                10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static RefusedAlike unproved(int source) {
        return new RefusedAlike("credential_invalid", null, address(source), "a");
    }

    private static RefusedAlike proved(String code, int number) {
        TokenPrefix prefix = RecordsFixture.prefix(number);
        return new RefusedAlike(code, prefix, address(number), "a");
    }

    private static long sum(List<Summary> summaries) {
        return summaries.stream().mapToLong(summary -> summary.count).sum();
    }

    @Test
    void whatIsAlike_isOneSummaryWithFirstAndLast() {
        counts.add(unproved(1), 20);
        counts.add(unproved(1), 10);
        counts.add(unproved(1), 30);
        counts.add(unproved(2), 5);
        counts.add(new RefusedAlike("credential_invalid", null, address(1), "b"), 5);
        counts.add(new RefusedAlike("write_denied", null, address(1), "a"), 5);
        List<Summary> taken = counts.take(EVERYTHING);
        assertThat(taken).hasSize(4);
        Summary first = taken.get(0);
        assertThat(first.what).isEqualTo(unproved(1));
        assertThat(first.source).isEqualTo(address(1));
        assertThat(first.count).isEqualTo(3);
        assertThat(first.firstMillis).isEqualTo(10);
        assertThat(first.lastMillis).isEqualTo(30);
        assertThat(counts.isEmpty()).isTrue();
    }

    @Test
    void floodOfStrangers_isBoundedAndHidesNoProvedOne() {
        for (int i = 0; i < 10_000; i++) {
            counts.add(unproved(i), i);
        }
        for (int i = 0; i < 400; i++) {
            counts.add(proved("credential_replaced", i), i);
        }
        assertThat(counts.size()).isEqualTo(RefusalCounts.UNPROVED_MAX + 1 + 400);
        List<Summary> taken = counts.take(EVERYTHING);
        assertThat(sum(taken)).isEqualTo(10_400);
        assertThat(taken.stream().filter(s -> s.what.prefix() != null)).hasSize(400)
                .allSatisfy(summary -> assertThat(summary.count).isEqualTo(1));
        Summary overflow = taken.stream().filter(s -> s.what.source() == null).findFirst()
                .orElseThrow();
        assertThat(overflow.what.code()).isEqualTo("credential_invalid");
        assertThat(overflow.source).isEqualTo(address(RefusalCounts.UNPROVED_MAX));
        assertThat(overflow.firstMillis).isEqualTo(RefusalCounts.UNPROVED_MAX);
        assertThat(overflow.lastMillis).isEqualTo(9_999);
    }

    @Test
    void tooManyProvedOnes_areCountedUnderTheirCodes() {
        for (int i = 0; i < 3_000; i++) {
            counts.add(proved("credential_expired", i), i);
            counts.add(proved("access_denied", i), i);
        }
        assertThat(counts.size()).isLessThanOrEqualTo(RefusalCounts.MAX + 2);
        assertThat(sum(counts.take(EVERYTHING))).isEqualTo(6_000);
    }

    @Test
    void whatWasTakenApart_makesRoomAgain() {
        for (int i = 0; i < 600; i++) {
            counts.add(unproved(i), i);
        }
        assertThat(counts.take(512)).hasSize(512);
        for (int i = 1_000; i < 1_512; i++) {
            counts.add(unproved(i), i);
        }
        assertThat(counts.size()).isEqualTo(RefusalCounts.UNPROVED_MAX + 1);
    }

    @Test
    void mergingInAnyOrder_losesNothingAndStaysBounded() {
        SplittableRandom random = new SplittableRandom(20_261_122);
        Map<String, Long> expected = new HashMap<>();
        for (int round = 0; round < 50; round++) {
            RefusalCounts loop = new RefusalCounts();
            for (int i = 0; i < 2_000; i++) {
                String code = "code-" + random.nextInt(3);
                loop.add(new RefusedAlike(code,
                        random.nextBoolean() ? RecordsFixture.prefix(random.nextInt(900)) : null,
                        address(random.nextInt(900)), "a"), random.nextInt(1_000));
                expected.merge(code, 1L, Long::sum);
            }
            counts.add(loop.take(EVERYTHING));
            assertThat(loop.isEmpty()).isTrue();
            // a batch that failed comes back
            counts.add(counts.take(random.nextInt(1_200)));
            assertThat(counts.size()).isLessThanOrEqualTo(RefusalCounts.MAX + 3);
        }
        Map<String, Long> counted = new HashMap<>();
        counts.take(EVERYTHING).forEach(
                summary -> counted.merge(summary.what.code(), summary.count, Long::sum));
        assertThat(counted).isEqualTo(expected);
    }
}
