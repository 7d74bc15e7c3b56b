package dev.portcullis.admin.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Octets to JSON and back, strictly (RFC 8259): nothing is guessed, nothing is repaired. */
final class Json {
    private static final int DEPTH_MAX = 16;
    private static final int TOKENS_MAX = 20_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxTokenCount(TOKENS_MAX)
                            .maxNumberLength(64)
                            .maxNameLength(256)
                            .build())
                    // a second value for a name would say one thing to us and another to a proxy
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // names come from strangers: remembering them would let them fill a table
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /**
     * The one JSON value that these octets spell.
     *
     * @throws RestException 400 when they do not; the message says where, and repeats none of them
     */
    static JsonNode read(byte[] octets) {
        String text;
        try {
            // decoded first: a JSON parser on octets would also guess UTF-16 and UTF-32
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException e) {
            throw new RestException(400, "the body is not UTF-8");
        }
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node == null || node.isMissingNode()) {
                throw new RestException(400, "the body is empty; a JSON object is expected");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new RestException(400, "the body is not JSON as it is accepted here" + at(e));
        }
    }

    /** The octets of a value. */
    static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own making must be writable", e);
        }
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr()
                        + ", column " + e.getLocation().getColumnNr() + ")";
    }
}
