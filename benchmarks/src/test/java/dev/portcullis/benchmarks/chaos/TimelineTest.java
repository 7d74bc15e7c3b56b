package dev.portcullis.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.benchmarks.chaos.Timeline.Expected;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long LATER = 3_600_000_000_000L;

    @Test
    void windowWithinOneMark_isWhatItSays() {
        Timeline timeline = new Timeline(Expected.ACCEPTED);
        long before = System.nanoTime();
        timeline.now(Expected.REFUSED);
        long after = System.nanoTime();

        assertThat(timeline.during(before - 1, before - 1)).isEqualTo(Expected.ACCEPTED);
        assertThat(timeline.during(after, after + LATER)).isEqualTo(Expected.REFUSED);
    }

    @Test
    void windowAcrossAMark_maySeeEither() {
        Timeline timeline = new Timeline(Expected.ACCEPTED);
        long before = System.nanoTime();
        timeline.now(Expected.EITHER);
        timeline.now(Expected.ACCEPTED);

        assertThat(timeline.during(before - 1, System.nanoTime())).isEqualTo(Expected.EITHER);
    }

    @Test
    void markToCome_countsFromItsInstantAndIsForgottenByAnEarlierOne() {
        Timeline timeline = new Timeline(Expected.EITHER);
        long now = System.nanoTime();
        timeline.from(now + LATER, Expected.REFUSED_BY_INSTANT);

        assertThat(timeline.during(now, now + LATER / 2)).isEqualTo(Expected.EITHER);
        assertThat(timeline.during(now + LATER, now + 2 * LATER))
                .isEqualTo(Expected.REFUSED_BY_INSTANT);

        timeline.now(Expected.ACCEPTED);
        assertThat(timeline.during(now + LATER, now + 2 * LATER)).isEqualTo(Expected.ACCEPTED);
    }

    @Test
    void credential_isRefusedForOneReasonAndAcceptedForNone() {
        Holder holder = new Holder("usr_1");
        Timeline key = new Timeline(Expected.ACCEPTED);
        Credential credential = new Credential("pcx_AAAAAAAAAAAA_secret", holder, key);
        assertThat(expected(credential, false)).isEqualTo(Expected.EITHER);

        credential.own().now(Expected.ACCEPTED);
        assertThat(expected(credential, true)).isEqualTo(Expected.ACCEPTED);

        holder.writes().now(Expected.REFUSED);
        assertThat(expected(credential, true)).isEqualTo(Expected.REFUSED);
        assertThat(expected(credential, false)).isEqualTo(Expected.ACCEPTED);

        holder.open().now(Expected.EITHER);
        assertThat(expected(credential, false)).isEqualTo(Expected.EITHER);

        key.now(Expected.REFUSED);
        assertThat(expected(credential, false)).isEqualTo(Expected.REFUSED);
    }

    private static Expected expected(Credential credential, boolean writes) {
        long now = System.nanoTime();
        return credential.expected(writes, now, now);
    }
}
