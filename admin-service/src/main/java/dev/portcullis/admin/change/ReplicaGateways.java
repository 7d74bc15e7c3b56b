package dev.portcullis.admin.change;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.portcullis.admin.model.GatewayStanding;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a replica's gateways stand, as JSON in its row. It is for lists, for the names of who has not
 * confirmed, and to tell a replica how far a gateway is that has gone over to another. It may have
 * been written by another version of the program: what cannot be understood is left out, one
 * gateway at a time.
 */
final class ReplicaGateways {
    private static final int TEXT_MAX = 64;
    private static final long MILLIS_MAX = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();
    private static final Pattern GATEWAY_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ReplicaGateways() {}

    /** The JSON of a list of no more than {@link LeaseTable#GATEWAYS_MAX}. */
    static String write(List<ListedGateway> gateways) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            for (ListedGateway gateway : gateways) {
                write(json, gateway.standing(), gateway.instance());
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, GatewayStanding standing, String instance)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("id", standing.id());
        json.writeStringField("instance", instance);
        json.writeStringField("enrollment", standing.enrollment());
        json.writeBooleanField("attached", standing.attached());
        json.writeNumberField("applied", standing.applied());
        if (standing.leaseUntil() != null) {
            json.writeNumberField("lease_until_ms", standing.leaseUntil().toEpochMilli());
        }
        json.writeStringField("version", standing.version());
        json.writeStringField("address", standing.address());
        json.writeNumberField("attached_at_ms", standing.attachedAt().toEpochMilli());
        json.writeEndObject();
    }

    /**
     * The gateways of a row.
     *
     * @param replicaId whose they are
     * @return those that are understood; none when the whole is not
     */
    static List<ListedGateway> read(String json, String replicaId) {
        List<ListedGateway> gateways = new ArrayList<>();
        try {
            JsonNode root = MAPPER.readTree(json);
            if (root == null || !root.isArray()) {
                return List.of();
            }
            for (JsonNode node : root) {
                GatewayStanding standing = standing(node, replicaId);
                if (standing != null && gateways.size() < LeaseTable.GATEWAYS_MAX) {
                    gateways.add(new ListedGateway(standing, text(node, "instance")));
                }
            }
        } catch (IOException e) {
            // Jackson's bounds on depth and on the length of numbers end here too
            return List.of();
        }
        return gateways;
    }

    private static GatewayStanding standing(JsonNode node, String replicaId) {
        String id = text(node, "id");
        Instant attachedAt = instant(node, "attached_at_ms");
        JsonNode applied = node.path("applied");
        boolean understood = GATEWAY_ID.matcher(id).matches()
                && attachedAt != null
                && applied.isIntegralNumber() && applied.canConvertToLong();
        if (!understood) {
            return null;
        }
        return new GatewayStanding(
                id, text(node, "enrollment"), node.path("attached").asBoolean(false),
                applied.asLong(), instant(node, "lease_until_ms"), text(node, "version"),
                text(node, "address"), replicaId, attachedAt);
    }

    /** Shown to operators: bounded, and nothing that could move a terminal's cursor. */
    private static String text(JsonNode node, String field) {
        String text = node.path(field).asText("");
        boolean fit = text.length() <= TEXT_MAX
                && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
        return fit ? text : "";
    }

    private static Instant instant(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            return null;
        }
        long millis = value.asLong();
        return millis < 0 || millis > MILLIS_MAX ? null : Instant.ofEpochMilli(millis);
    }
}
