package dev.portcullis.admin.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the lines of a dump, strictly: what is not as it was written is refused. One thread. */
final class DumpReader {
    static final String FORMAT_FIELD = "portcullis_dump";
    static final String END_FIELD = "end";
    /** Of the lines; raised with every change to {@link DumpTable}. */
    static final int FORMAT = 2;
    /** The longest line; audit events of large groups are the longest there are. */
    static final int LINE_MAX = 16 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final InputStream in;
    private final MessageDigest digest = AuditEvent.sha256();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int filled;
    private long lineNumber;

    DumpReader(InputStream in) {
        this.in = in;
    }

    /** The first line: the revision, and how many rows each table has. */
    record Header(long revision, Map<String, Long> rows) {}

    /** A row's table and values in the order of its columns, or the trailer's counts. */
    record Row(DumpTable table, Object[] values, Map<String, Long> counts) {}

    private interface Body<T> {
        T read(JsonParser json) throws IOException, DumpException;
    }

    /** The number of the line that was read last. */
    long lineNumber() {
        return lineNumber;
    }

    Header header() throws IOException, DumpException {
        return parse(nextLine(), json -> {
            field(json, FORMAT_FIELD);
            long format = number(json);
            if (format != FORMAT) {
                throw wrong("the dump has format " + format + ", this program reads " + FORMAT);
            }
            field(json, "revision");
            long revision = number(json);
            return new Header(revision, counts(json));
        });
    }

    /** The next row; with counts instead of a table it was the last line. */
    Row row() throws IOException, DumpException {
        byte[] text = nextLine();
        return parse(text, json -> {
            String name = json.nextFieldName();
            if (END_FIELD.equals(name)) {
                return trailer(json);
            }
            DumpTable table = name == null ? null : DumpTable.of(name);
            if (table == null) {
                throw wrong("no table of this program is named there");
            }
            digest.update(text);
            return new Row(table, values(json, table), null);
        });
    }

    private Row trailer(JsonParser json) throws IOException, DumpException {
        expect(json.nextToken(), JsonToken.START_OBJECT);
        Map<String, Long> rows = counts(json);
        field(json, "sha256");
        expect(json.nextToken(), JsonToken.VALUE_STRING);
        if (!json.getText().equals(HexFormat.of().formatHex(digest.digest()))) {
            throw new DumpException("the dump was altered: its lines do not have the hash that its"
                    + " last line names");
        }
        expect(json.nextToken(), JsonToken.END_OBJECT);
        if (read() >= 0) {
            throw wrong("there is something behind the end");
        }
        return new Row(null, null, rows);
    }

    private Object[] values(JsonParser json, DumpTable table) throws IOException, DumpException {
        Object[] values = new Object[table.columns().size()];
        expect(json.nextToken(), JsonToken.START_OBJECT);
        for (int i = 0; i < values.length; i++) {
            DumpTable.Column column = table.columns().get(i);
            field(json, column.name());
            values[i] = value(json, column.type());
        }
        expect(json.nextToken(), JsonToken.END_OBJECT);
        return values;
    }

    private Object value(JsonParser json, DumpTable.Type type) throws IOException, DumpException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(token, type == DumpTable.Type.INTEGER
                ? JsonToken.VALUE_NUMBER_INT
                : JsonToken.VALUE_STRING);
        return switch (type) {
            case TEXT -> json.getText();
            case INTEGER -> json.getLongValue();
            case BLOB -> json.getBinaryValue();
        };
    }

    private Map<String, Long> counts(JsonParser json) throws IOException, DumpException {
        field(json, "rows");
        expect(json.nextToken(), JsonToken.START_OBJECT);
        Map<String, Long> counts = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String table = json.currentName();
            if (DumpTable.of(table) == null) {
                throw wrong("no table of this program is named there");
            }
            counts.put(table, number(json));
        }
        return counts;
    }

    private void field(JsonParser json, String name) throws IOException, DumpException {
        if (!name.equals(json.nextFieldName())) {
            throw wrong("'" + name + "' is expected");
        }
    }

    private long number(JsonParser json) throws IOException, DumpException {
        expect(json.nextToken(), JsonToken.VALUE_NUMBER_INT);
        return json.getLongValue();
    }

    private void expect(JsonToken found, JsonToken expected) throws DumpException {
        if (found != expected) {
            throw wrong("this is not a line of a dump");
        }
    }

    /** Reads one object that is the whole line. */
    private <T> T parse(byte[] text, Body<T> body) throws IOException, DumpException {
        if (lineNumber == 1) {
            digest.update(text);
        }
        try (JsonParser json = JSON.createParser(text)) {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            T result = body.read(json);
            expect(json.nextToken(), JsonToken.END_OBJECT);
            expect(json.nextToken(), null);
            return result;
        } catch (JsonProcessingException e) {
            // without its message, which shows a part of the line
            throw wrong("this is not a line of a dump");
        }
    }

    private DumpException wrong(String problem) {
        return DumpException.at(lineNumber, problem, null);
    }

    /** With the line feed that ends it; one without was cut. */
    private byte[] nextLine() throws IOException, DumpException {
        lineNumber++;
        line.reset();
        int octet = read();
        while (octet >= 0 && octet != '\n') {
            if (line.size() == LINE_MAX) {
                throw wrong("the line is longer than any of a dump");
            }
            line.write(octet);
            octet = read();
        }
        if (octet < 0) {
            throw new DumpException("the dump is not whole: it ends in line " + lineNumber
                    + ", without its last line");
        }
        line.write('\n');
        return line.toByteArray();
    }

    private int read() throws IOException {
        if (position == filled) {
            position = 0;
            filled = in.read(buffer);
            if (filled < 0) {
                filled = 0;
                return -1;
            }
        }
        return buffer[position++] & 0xff;
    }
}
