package dev.portcullis.cli.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * How the values of a setting are written. Immutable.
 *
 * @param <T> what they are once read
 */
public final class ValueType<T> {
    /** Reads a text, or says what is wrong with it. */
    interface Parser<T> {
        T parse(String text) throws BadValueException;
    }

    static final ValueType<Address> ADDRESS = new ValueType<>("address", Address::parse);
    static final ValueType<Upstream> URL = new ValueType<>("URL", Upstream::parse);
    static final ValueType<Boolean> BOOLEAN =
            new ValueType<>("boolean", ValueType::parseBoolean);
    static final ValueType<Path> PATH = new ValueType<>("path", ValueType::parsePath);

    private final String name;
    private final Parser<T> parser;
    private final Function<T, String> printer;
    private final boolean list;

    private ValueType(String name, Parser<T> parser) {
        this(name, parser, Object::toString);
    }

    ValueType(String name, Parser<T> parser, Function<T, String> printer) {
        this(name, parser, printer, false);
    }

    private ValueType(
            String name, Parser<T> parser, Function<T, String> printer, boolean list) {
        this.name = name;
        this.parser = parser;
        this.printer = printer;
        this.list = list;
    }

    /** Whole numbers from {@code min} to {@code max}, both allowed. */
    static ValueType<Integer> integer(int min, int max) {
        return new ValueType<>("integer", text -> parseInteger(text, min, max));
    }

    /** Texts that {@code form} matches; {@code what} says in words which those are. */
    static ValueType<String> text(Pattern form, String what) {
        return new ValueType<>("text", text -> {
            if (!form.matcher(text).matches()) {
                throw new BadValueException("'" + text + "' is not " + what);
            }
            return text;
        });
    }

    /** One of some words, which {@code values} explains. */
    static <T> ValueType<T> choice(Map<String, T> values) {
        String words = String.join(", ", new TreeSet<>(values.keySet()));
        return new ValueType<>("one of " + words, text -> {
            T value = values.get(text);
            if (value == null) {
                throw new BadValueException("'" + text + "' is not one of " + words);
            }
            return value;
        }, value -> values.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .findFirst()
                .orElseThrow()
                .getKey());
    }

    /** Reads the entries of a list. */
    interface ListParser<T> {
        T parse(List<String> entries) throws BadValueException;
    }

    /**
     * Lists: entries with commas between them, or in a file also a sequence of them. An entry holds
     * no comma.
     */
    static <T> ValueType<T> list(String name, ListParser<T> parser, Function<T, String> printer) {
        return new ValueType<>(name, text -> {
            List<String> entries = List.of(text.split(",", -1));
            if (entries.stream().anyMatch(String::isBlank)) {
                throw new BadValueException("'" + text + "' has an empty entry");
            }
            return parser.parse(entries.stream().map(String::strip).toList());
        }, printer, true);
    }

    /** Whether a file may give it as a sequence. */
    boolean isList() {
        return list;
    }

    /** What this kind of value is called. */
    public String name() {
        return name;
    }

    T parse(String text) throws BadValueException {
        return parser.parse(text);
    }

    String print(T value) {
        return printer.apply(value);
    }

    private static Integer parseInteger(String text, int min, int max) throws BadValueException {
        if (!text.matches("-?[0-9]{1,18}")) {
            throw new BadValueException("'" + text + "' is not a whole number");
        }
        long value = Long.parseLong(text);
        if (value < min || value > max) {
            throw new BadValueException(text + " is not between " + min + " and " + max);
        }
        return (int) value;
    }

    private static Boolean parseBoolean(String text) throws BadValueException {
        if (!text.equals("true") && !text.equals("false")) {
            throw new BadValueException("'" + text + "' is neither true nor false");
        }
        return Boolean.valueOf(text);
    }

    private static Path parsePath(String text) throws BadValueException {
        if (text.isBlank()) {
            throw new BadValueException("an empty path");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new BadValueException("'" + text + "' cannot be a path: " + e.getReason());
        }
    }
}
