package dev.portcullis.cli.foreign;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Walks through a JSON file value by value. What is not of the form that is asked for is a mistake,
 * and is passed over. One thread; memory is bounded by the largest single text.
 */
final class JsonWalk implements AutoCloseable {
    private static final int NESTING_MAX = 64;
    private static final int TEXT_MAX = 1 << 16;
    private static final int NAME_MAX = 1 << 12;
    private static final long FILE_BYTES_MAX = 2L << 30;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxStringLength(TEXT_MAX)
                    .maxNameLength(NAME_MAX)
                    .maxDocumentLength(FILE_BYTES_MAX)
                    .build())
            // of two values for one name nobody could say which is meant
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final String label;
    private final JsonParser parser;
    private final FileMistakes mistakes;

    /** Takes the value of a member. */
    @FunctionalInterface
    interface Member {
        /** The walk stands at the value. */
        void read(String name) throws IOException;
    }

    /** Takes an item of a list. */
    @FunctionalInterface
    interface Item {
        /** The walk stands at the item. */
        void read() throws IOException;
    }

    private JsonWalk(String label, JsonParser parser, FileMistakes mistakes) {
        this.label = label;
        this.parser = parser;
        this.mistakes = mistakes;
    }

    /** Opens a file and stands at its first value. */
    static JsonWalk open(Path file, FileMistakes mistakes) throws IOException {
        JsonParser parser = JSON.createParser(file.toFile());
        parser.nextToken();
        return new JsonWalk(file.toString(), parser, mistakes);
    }

    /** Where the walk stands, as {@code file:line:column}. */
    String place() {
        return place(label, parser.currentTokenLocation());
    }

    static String place(String label, JsonLocation at) {
        return at == null ? label : label + ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    FileMistakes mistakes() {
        return mistakes;
    }

    void mistake(String what) {
        mistakes.add(place(), what);
    }

    /**
     * Each member of the object that the walk stands at; none for null.
     *
     * @return whether there was an object
     */
    boolean members(String what, Member member) throws IOException {
        if (!stands(JsonToken.START_OBJECT, what, "an object")) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            member.read(name);
            leave();
        }
        return true;
    }

    /** Each item of the list that the walk stands at; none for null. */
    void items(String what, Item item) throws IOException {
        if (!stands(JsonToken.START_ARRAY, what, "a list")) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            item.read();
            leave();
        }
    }

    /** What nobody has read is passed over. */
    private void leave() throws IOException {
        if (parser.currentToken() != null && parser.currentToken().isStructStart()) {
            parser.skipChildren();
        }
    }

    private boolean stands(JsonToken wanted, String what, String inWords) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == wanted) {
            return true;
        }
        if (token != JsonToken.VALUE_NULL) {
            mistake(what + ": expected " + inWords);
            leave();
        }
        return false;
    }

    /** A text; null for null, and for what is none. */
    String text(String what) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        stands(JsonToken.VALUE_STRING, what, "a text");
        return null;
    }

    /** False for null, and for what is neither true nor false. */
    boolean bool(String what) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_TRUE) {
            return true;
        }
        if (parser.currentToken() != JsonToken.VALUE_FALSE) {
            stands(JsonToken.VALUE_TRUE, what, "true or false");
        }
        return false;
    }

    /** An instant; null for null, for Go's zero time (the year 1), and for what is none. */
    Instant instant(String what) throws IOException {
        String text = text(what);
        if (text == null || text.startsWith("0001-01-01T")) {
            return null;
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            if (instant.getEpochSecond() < 0 || instant.getEpochSecond() >= 253_402_300_800L) {
                mistake(what + ": '" + text + "' is not between the years 1970 and 9999");
                return null;
            }
            return instant;
        } catch (DateTimeException e) {
            mistake(what + ": '" + text + "' is not an instant, such as 2030-01-31T12:00:00Z");
            return null;
        }
    }

    /** Nothing may come behind the first value. */
    void end() throws IOException {
        if (parser.nextToken() != null) {
            mistake("nothing was expected behind the end");
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
