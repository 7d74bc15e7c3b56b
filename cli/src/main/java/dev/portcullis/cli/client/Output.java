package dev.portcullis.cli.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import dev.portcullis.cli.OneLine;
import dev.portcullis.cli.Progress;
import dev.portcullis.proto.admin.v1.Propagation;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Prints answers as a table or as JSON. Not for several threads. */
final class Output {
    private static final JsonFormat.Printer JSON = JsonFormat.printer()
            .preservingProtoFieldNames()
            .alwaysPrintFieldsWithNoPresence();

    private final OutputFormat format;
    private final PrintWriter out;
    private final PrintWriter err;

    Output(OutputFormat format, PrintWriter out, PrintWriter err) {
        this.format = format;
        this.out = out;
        this.err = err;
    }

    boolean isJson() {
        return format == OutputFormat.JSON;
    }

    /** One JSON object, the message as in the contract. */
    void json(MessageOrBuilder message) {
        out.println(text(message));
    }

    /** Begins {@code {"<field>": [}; items and {@link #jsonListEnd} follow. */
    void jsonListStart(String field) {
        out.print("{\"" + field + "\": [");
    }

    void jsonListItem(MessageOrBuilder message, boolean first) {
        out.print((first ? "\n" : ",\n") + text(message));
    }

    void jsonListEnd() {
        out.println("]}");
    }

    /** What came of taking something away: nothing but how far that has reached. */
    void deleted(MessageOrBuilder response, Propagation propagation) {
        if (isJson()) {
            json(response);
        } else {
            fields(Map.of("propagation", propagation(propagation)));
        }
    }

    /** Name and value pairs, one on each line. */
    void fields(Map<String, String> fields) {
        int width = fields.keySet().stream().mapToInt(String::length).max().orElse(0);
        fields.forEach((name, value) ->
                out.println((pad(name, width) + "  " + OneLine.of(value)).stripTrailing()));
    }

    /** Columns as wide as their widest cell. */
    void table(List<String> heads, List<List<String>> rows) {
        startTable(heads).rows(rows);
    }

    /** Begins a table whose rows come part by part; its heads are printed with the first part. */
    Table startTable(List<String> heads) {
        return new Table(heads);
    }

    /** A table under way: columns widen where a part needs it, and stay so. */
    final class Table {
        private final List<String> heads;
        private final int[] widths;
        private boolean started;

        private Table(List<String> heads) {
            this.heads = heads;
            this.widths = heads.stream().mapToInt(String::length).toArray();
        }

        void rows(List<List<String>> rows) {
            for (List<String> row : rows) {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], OneLine.of(row.get(i)).length());
                }
            }
            if (!started) {
                row(heads, widths);
                started = true;
            }
            for (List<String> row : rows) {
                row(row, widths);
            }
            out.flush();
        }
    }

    private void row(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : "  ").append(pad(OneLine.of(cells.get(i)), widths[i]));
        }
        out.println(line.toString().stripTrailing());
    }

    /** One message on a line of its own, for readers that go line by line. */
    void jsonLine(MessageOrBuilder message) {
        try {
            out.println(JSON.omittingInsignificantWhitespace().print(message));
            out.flush();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Text that is printed as it is: JSON that somebody else has made. */
    void raw(String text) {
        out.println(text);
    }

    /** A line for a person, shown at once. */
    void line(String text) {
        out.println(OneLine.of(text));
        out.flush();
    }

    /** Tells how far something has come, on the side of the person. */
    Progress progress(boolean forced) {
        return Progress.of(err, forced);
    }

    /** A word to the person, apart from what a program would read. */
    void note(String text) {
        err.println(OneLine.of(text));
    }

    /** How far a change has reached, in words. */
    static String propagation(Propagation propagation) {
        if (propagation.getState() == Propagation.State.PROPAGATED) {
            return "propagated";
        }
        String gateways = String.join(", ", propagation.getUnconfirmedGatewaysList());
        String by = propagation.hasEffectiveEverywhereBy()
                ? " by " + instant(propagation.getEffectiveEverywhereBy())
                : "";
        return "pending: not yet confirmed by " + (gateways.isEmpty() ? "all gateways" : gateways)
                + "; effective everywhere" + by;
    }

    /** An instant to the second; that of a deadline is never shown too early. */
    static String instant(Timestamp timestamp) {
        Instant instant = Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
        Instant second = instant.truncatedTo(ChronoUnit.SECONDS);
        return (second.equals(instant) ? second : second.plusSeconds(1)).toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String text(MessageOrBuilder message) {
        try {
            return JSON.print(message);
        } catch (InvalidProtocolBufferException e) {
            // only messages with Any fields of unknown type fail; the contract has none
            throw new IllegalStateException(e);
        }
    }
}
