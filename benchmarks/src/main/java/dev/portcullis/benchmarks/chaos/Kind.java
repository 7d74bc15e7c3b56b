package dev.portcullis.benchmarks.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What there is to go wrong; several faults may be of one kind. */
enum Kind {
    GATEWAY_KILLED,
    REPLICA_KILLED,
    POSTGRES_KILLED,
    REDIS_KILLED,
    PROCESS_STOPPED,
    STREAM_CUT,
    PARTITION,
    ONE_WAY_PARTITION,
    DELAY,
    POSTGRES_RESTART,
    REDIS_FLUSH,
    REDIS_LOST_WRITES,
    STALE_RECORD,
    CLOCK_JUMP;

    /** As it is written on a command line and in the report. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Those that are written so, with commas between them.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static Set<Kind> of(String texts) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (String text : texts.split(",")) {
            kinds.add(Arrays.stream(values())
                    .filter(kind -> kind.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("none of " + Arrays
                            .stream(values()).map(Kind::text).collect(Collectors.joining(", "))
                            + ": " + text)));
        }
        return kinds;
    }
}
