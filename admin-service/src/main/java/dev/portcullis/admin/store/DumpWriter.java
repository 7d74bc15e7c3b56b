package dev.portcullis.admin.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the lines of a dump. One thread. */
final class DumpWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private final OutputStream out;
    private final MessageDigest digest = AuditEvent.sha256();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Map<String, Long> rows = new LinkedHashMap<>();

    DumpWriter(OutputStream out) {
        this.out = out;
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException, SQLException;
    }

    void header(long revision, Map<String, Long> expected) throws IOException, SQLException {
        line(json -> {
            json.writeNumberField(DumpReader.FORMAT_FIELD, DumpReader.FORMAT);
            json.writeNumberField("revision", revision);
            counts(json, expected);
        });
    }

    /** The row that a result set stands on. */
    void row(DumpTable table, ResultSet row) throws IOException, SQLException {
        rows.merge(table.name(), 1L, Long::sum);
        line(json -> {
            json.writeObjectFieldStart(table.name());
            int index = 0;
            for (DumpTable.Column column : table.columns()) {
                json.writeFieldName(column.name());
                value(json, column.type(), row, ++index);
            }
            json.writeEndObject();
        });
    }

    private static void value(JsonGenerator json, DumpTable.Type type, ResultSet row, int index)
            throws IOException, SQLException {
        switch (type) {
            case TEXT -> json.writeString(row.getString(index));
            case BLOB -> {
                byte[] octets = row.getBytes(index);
                if (octets == null) {
                    json.writeNull();
                } else {
                    json.writeBinary(octets);
                }
            }
            case INTEGER -> {
                long number = row.getLong(index);
                if (row.wasNull()) {
                    json.writeNull();
                } else {
                    json.writeNumber(number);
                }
            }
        }
    }

    /** The end, by which a dump that was cut or altered is known. */
    void trailer() throws IOException, SQLException {
        String hash = HexFormat.of().formatHex(digest.digest());
        line(json -> {
            json.writeObjectFieldStart(DumpReader.END_FIELD);
            counts(json, rows);
            json.writeStringField("sha256", hash);
            json.writeEndObject();
        });
        out.flush();
    }

    private static void counts(JsonGenerator json, Map<String, Long> rows) throws IOException {
        json.writeObjectFieldStart("rows");
        for (Map.Entry<String, Long> each : rows.entrySet()) {
            json.writeNumberField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
    }

    private void line(Body body) throws IOException, SQLException {
        line.reset();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        line.write('\n');
        if (line.size() > DumpReader.LINE_MAX) {
            throw new IOException("a row is longer than a dump can hold");
        }
        digest.update(line.toByteArray());
        line.writeTo(out);
    }

    /** Rows so far by table. */
    Map<String, Long> rows() {
        return rows;
    }
}
