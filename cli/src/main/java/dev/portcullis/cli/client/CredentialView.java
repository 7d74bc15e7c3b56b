package dev.portcullis.cli.client;

import com.google.protobuf.Message;
import dev.portcullis.proto.admin.v1.Key;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.Token;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How tokens and keys are shown to people. */
final class CredentialView {
    static final List<String> HEADS =
            List.of("ID", "NAME", "USER", "STATE", "CREATED", "EXPIRES", "LAST USED");

    private CredentialView() {}

    /** The cells of a row. */
    static List<String> row(Token token) {
        return List.of(token.getId(), token.getName(), token.getUserId(), state(token),
                Output.instant(token.getCreatedAt()), expires(token),
                token.hasLastUsedAt() ? Output.instant(token.getLastUsedAt()) : "never");
    }

    /** Name and value pairs. */
    static Map<String, String> fields(Token token) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", token.getId());
        fields.put("name", token.getName());
        fields.put("user", token.getUserId());
        fields.put("state", state(token));
        fields.put("created",
                Output.instant(token.getCreatedAt()) + " by " + token.getCreatedBy());
        fields.put("expires", expires(token));
        if (token.hasRevokedAt()) {
            fields.put("revoked", Output.instant(token.getRevokedAt()));
        }
        fields.put("last used", token.hasLastUsedAt()
                ? Output.instant(token.getLastUsedAt()) + " from " + token.getLastUsedFrom()
                : "never");
        fields.put("restrictions", RestrictionOptions.words(token.getRestrictions()));
        rotation(token, fields);
        if (!token.getPepperId().isEmpty()) {
            fields.put("hash", token.getHashAlgorithm() + " with pepper " + token.getPepperId());
        } else if (!token.getHashAlgorithm().isEmpty()) {
            fields.put("hash", token.getHashAlgorithm());
        }
        return fields;
    }

    private static void rotation(Token token, Map<String, String> fields) {
        if (token.hasRotateBeforeExpiry()) {
            fields.put("rotates", Times.readable(token.getRotateBeforeExpiry())
                    + " before it expires");
        }
        if (!token.getReplaces().isEmpty()) {
            fields.put("replaces", token.getReplaces());
        }
        if (!token.getReplacedBy().isEmpty()) {
            fields.put("replaced", "by " + token.getReplacedBy()
                    + (token.hasReplacedAt() ? ", at " + Output.instant(token.getReplacedAt())
                    : ""));
        }
        if (!token.getFamily().isEmpty() && !token.getFamily().equals(token.getId())) {
            fields.put("family", token.getFamily());
        }
    }

    /** A key has what a token has, but for hash and automatic rotation. */
    static Token asToken(Key key) {
        Token.Builder token = Token.newBuilder()
                .setId(key.getId())
                .setName(key.getName())
                .setUserId(key.getUserId())
                .setState(key.getState())
                .setCreatedAt(key.getCreatedAt())
                .setCreatedBy(key.getCreatedBy())
                .setLastUsedFrom(key.getLastUsedFrom())
                .setRestrictions(key.getRestrictions())
                .setReplaces(key.getReplaces())
                .setReplacedBy(key.getReplacedBy())
                .setFamily(key.getFamily());
        if (key.hasExpiresAt()) {
            token.setExpiresAt(key.getExpiresAt());
        }
        if (key.hasRevokedAt()) {
            token.setRevokedAt(key.getRevokedAt());
        }
        if (key.hasLastUsedAt()) {
            token.setLastUsedAt(key.getLastUsedAt());
        }
        if (key.hasReplacedAt()) {
            token.setReplacedAt(key.getReplacedAt());
        }
        return token.build();
    }

    /** What a change to a credential came to. */
    static void changed(Output output, Message response, Token token, Propagation propagation) {
        changed(output, response, Map.of(), token, propagation);
    }

    /** The same, below what else there is to see. */
    static void changed(
            Output output,
            Message response,
            Map<String, String> first,
            Token token,
            Propagation propagation) {
        if (output.isJson()) {
            output.json(response);
            return;
        }
        Map<String, String> fields = new LinkedHashMap<>(first);
        fields.putAll(fields(token));
        fields.put("propagation", Output.propagation(propagation));
        output.fields(fields);
    }

    /** What there is to see, when nothing was changed. */
    static void shown(Output output, Message message, Token token) {
        if (output.isJson()) {
            output.json(message);
        } else {
            output.fields(fields(token));
        }
    }

    private static String state(Token token) {
        return token.getState().name().replaceFirst("^TOKEN_STATE_", "").toLowerCase(Locale.ROOT);
    }

    private static String expires(Token token) {
        return token.hasExpiresAt() ? Output.instant(token.getExpiresAt()) : "never";
    }
}
