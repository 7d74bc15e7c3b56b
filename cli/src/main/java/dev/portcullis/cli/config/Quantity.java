package dev.portcullis.cli.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values with a unit: durations such as {@code 5s} and sizes such as {@code 32KiB}. */
public final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})([A-Za-z]*)");
    private static final Map<String, Long> MILLIS = units("ms", 1L, "s", 1_000L, "m", 60_000L,
            "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES =
            units("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private Quantity() {}

    /** Durations from {@code min} to {@code max}, both allowed. */
    static ValueType<Duration> duration(String min, String max) {
        long least = constant(min, MILLIS);
        long most = constant(max, MILLIS);
        return new ValueType<>("duration",
                text -> Duration.ofMillis(within(text, MILLIS, least, most)),
                value -> print(value.toMillis(), MILLIS));
    }

    /** Sizes in octets from {@code min} to {@code max}, both allowed. */
    static ValueType<Integer> size(String min, String max) {
        long least = constant(min, BYTES);
        long most = Math.min(constant(max, BYTES), Integer.MAX_VALUE);
        return new ValueType<>("size",
                text -> (int) within(text, BYTES, least, most),
                value -> print(value, BYTES));
    }

    /** The same up to sizes that no memory has. */
    static ValueType<Long> longSize(String min, String max) {
        long least = constant(min, BYTES);
        long most = constant(max, BYTES);
        return new ValueType<>("size",
                text -> within(text, BYTES, least, most), value -> print(value, BYTES));
    }

    /** A duration as configuration writes it. */
    static String print(Duration duration) {
        return print(duration.toMillis(), MILLIS);
    }

    /** A size in octets as configuration writes it. */
    static String printSize(long octets) {
        return print(octets, BYTES);
    }

    /**
     * A duration as it is written in configuration.
     *
     * @throws IllegalArgumentException when it is not one; the message says why
     */
    public static Duration parseDuration(String text) {
        try {
            return Duration.ofMillis(parse(text, MILLIS));
        } catch (BadValueException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static long within(String text, Map<String, Long> units, long min, long max)
            throws BadValueException {
        long value = parse(text, units);
        if (value < min || value > max) {
            throw new BadValueException(
                    text + " is not between " + print(min, units) + " and " + print(max, units));
        }
        return value;
    }

    private static long parse(String text, Map<String, Long> units) throws BadValueException {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new BadValueException("'" + text + "' is not a whole number with a unit ("
                    + String.join(", ", units.keySet()) + "), such as " + example(units));
        }
        Long unit = units.get(form.group(2));
        if (unit == null) {
            String wrong = form.group(2).isEmpty()
                    ? "has no unit"
                    : "has an unknown unit '" + form.group(2) + "'";
            throw new BadValueException("'" + text + "' " + wrong + "; units are "
                    + String.join(", ", units.keySet()));
        }
        try {
            return Math.multiplyExact(Long.parseLong(form.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new BadValueException("'" + text + "' is too large");
        }
    }

    private static String example(Map<String, Long> units) {
        return units == MILLIS ? "30s" : "32KiB";
    }

    private static String print(long value, Map<String, Long> units) {
        String text = null;
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (text == null || value != 0 && value % unit.getValue() == 0) {
                text = value / unit.getValue() + unit.getKey();
            }
        }
        return text;
    }

    private static long constant(String text, Map<String, Long> units) {
        try {
            return parse(text, units);
        } catch (BadValueException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** In rising order, as given. */
    private static Map<String, Long> units(Object... namesAndValues) {
        Map<String, Long> units = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            units.put((String) namesAndValues[i], (Long) namesAndValues[i + 1]);
        }
        return units;
    }
}
