package dev.portcullis.cli.client;

import static dev.portcullis.cli.client.OutputCommand.usage;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.config.Quantity;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** Durations and instants as arguments, and durations for people. */
final class Times {
    private static final String DURATION = "[0-9]+[A-Za-z]+";

    private Times() {}

    /**
     * Whole seconds, at least one, of an option.
     *
     * @throws CommandException for wrong usage, as the other methods
     */
    static long seconds(String option, String text) {
        java.time.Duration duration = parsed(option, text);
        if (duration.isZero() || duration.toMillisPart() != 0) {
            throw usage(option + ": " + text + " is not whole seconds, at least one");
        }
        return duration.toSeconds();
    }

    /** A duration of an option, which may be zero. */
    static Duration duration(String option, String text) {
        java.time.Duration duration = parsed(option, text);
        return Duration.newBuilder()
                .setSeconds(duration.toSeconds())
                .setNanos(duration.toNanosPart())
                .build();
    }

    /** An instant of an option, such as {@code 2030-01-31T12:00:00Z}. */
    static Timestamp instant(String option, String text) {
        try {
            return timestamp(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw usage(option + ": '" + text + "' is not an instant with its offset from "
                    + "UTC, such as 2030-01-31T12:00:00Z");
        }
    }

    /** An instant, or a duration that stands for the instant so long ahead. */
    static Timestamp ahead(String option, String text, InstantSource clock) {
        return text.matches(DURATION)
                ? timestamp(clock.instant().plus(parsed(option, text)))
                : instant(option, text);
    }

    /** An instant, or a duration that stands for the instant so long ago. */
    static Timestamp ago(String option, String text, InstantSource clock) {
        return text.matches(DURATION)
                ? timestamp(clock.instant().minus(parsed(option, text)))
                : instant(option, text);
    }

    /** Such as {@code 1d 12h}: every part that there is, zero as {@code 0s}. */
    static String readable(Duration duration) {
        StringBuilder text = new StringBuilder();
        long rest = duration.getSeconds();
        part(text, rest / 86_400, "d");
        part(text, rest % 86_400 / 3_600, "h");
        part(text, rest % 3_600 / 60, "m");
        part(text, rest % 60, "s");
        part(text, duration.getNanos() / 1_000_000, "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void part(StringBuilder text, long value, String unit) {
        if (value != 0) {
            text.append(text.isEmpty() ? "" : " ").append(value).append(unit);
        }
    }

    private static java.time.Duration parsed(String option, String text) {
        try {
            return Quantity.parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw usage(option + ": " + e.getMessage());
        }
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
