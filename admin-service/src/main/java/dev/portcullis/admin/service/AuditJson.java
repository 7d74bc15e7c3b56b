package dev.portcullis.admin.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.verify.CredentialRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What audit events show of things before and after. Nothing of a secret, not even its hash. */
final class AuditJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private AuditJson() {}

    /** Writes the fields of an object. */
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    static String user(UserRow user, boolean blocked) {
        return object(json -> {
            json.writeStringField("id", user.id());
            json.writeStringField("name", user.name());
            json.writeStringField("description", user.description());
            json.writeStringField("kind", user.kind().word());
            json.writeBooleanField("blocked", blocked);
        });
    }

    /** A user with their bindings, groups and key. */
    static String user(User user) {
        return object(json -> {
            json.writeStringField("id", user.id());
            json.writeStringField("name", user.name());
            json.writeStringField("description", user.description());
            json.writeStringField("kind", user.kind().word());
            json.writeBooleanField("blocked", user.blocked());
            writeBindings(json, user.bindings());
            json.writeArrayFieldStart("groups");
            for (GroupReference group : user.groups()) {
                json.writeStartObject();
                json.writeStringField("id", group.id());
                json.writeStringField("name", group.name());
                json.writeEndObject();
            }
            json.writeEndArray();
            if (!user.keyThumbprint().isEmpty()) {
                json.writeStringField("key_thumbprint", user.keyThumbprint());
            }
        });
    }

    /** A user's key; null is none. */
    static String key(String thumbprint) {
        return thumbprint == null || thumbprint.isEmpty()
                ? null
                : object(json -> json.writeStringField("key_thumbprint", thumbprint));
    }

    /** A group by id and name. */
    static String group(GroupRow group) {
        return object(json -> {
            json.writeStringField("id", group.id());
            json.writeStringField("name", group.name());
        });
    }

    /** A group with its bindings and some of its members, or all where they are few. */
    static String group(Group group, List<String> members) {
        return object(json -> {
            json.writeStringField("id", group.id());
            json.writeStringField("name", group.name());
            writeBindings(json, group.bindings());
            json.writeNumberField("member_count", group.memberCount());
            writeTexts(json, "members", members);
        });
    }

    /**
     * Members who came or went.
     *
     * @param userIds some of them, or all where they are few
     * @param count of all
     */
    static String members(GroupRow group, List<String> userIds, int count) {
        return object(json -> {
            json.writeStringField("id", group.id());
            json.writeStringField("name", group.name());
            json.writeNumberField("count", count);
            writeTexts(json, "members", userIds);
        });
    }

    private static void writeTexts(JsonGenerator json, String field, List<String> texts)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void writeBindings(JsonGenerator json, List<Binding> bindings)
            throws IOException {
        json.writeArrayFieldStart("bindings");
        for (Binding binding : bindings) {
            json.writeStartObject();
            writeBinding(json, binding);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static String deleted(int revokedCredentials) {
        return object(json -> {
            json.writeBooleanField("deleted", true);
            json.writeNumberField("revoked_credentials", revokedCredentials);
        });
    }

    static String binding(Binding binding) {
        return object(json -> writeBinding(json, binding));
    }

    private static void writeBinding(JsonGenerator json, Binding binding) throws IOException {
        json.writeStringField("application", binding.application());
        json.writeStringField("role", binding.role().word());
    }

    /** A credential, its state given by a word. */
    static String credential(CredentialRow row, String state) {
        return object(json -> {
            json.writeStringField("id", row.id());
            json.writeStringField("name", row.name());
            json.writeStringField("user_id", row.record().userId());
            json.writeStringField("state", state);
            writeInstant(json, "expires_at", row.record().expiresAtMillis());
            writeRestrictions(json, row.record().restrictions());
            writeInstant(json, "replaced_at", row.record().replacedAtMillis());
            writeText(json, "replaces", row.replaces());
            writeText(json, "replaced_by", row.replacedBy());
            if (row.rotateBefore() != null) {
                json.writeStringField(
                        "rotate_before_expiry", Duration.ofMillis(row.rotateBefore()).toString());
            }
        });
    }

    private static void writeInstant(JsonGenerator json, String field, long millis)
            throws IOException {
        if (millis != CredentialRecord.NEVER) {
            json.writeStringField(field, Instant.ofEpochMilli(millis).toString());
        }
    }

    private static void writeText(JsonGenerator json, String field, String text)
            throws IOException {
        if (text != null) {
            json.writeStringField(field, text);
        }
    }

    private static void writeRestrictions(JsonGenerator json, Restrictions restrictions)
            throws IOException {
        if (restrictions.equals(Restrictions.NONE)) {
            return;
        }
        json.writeObjectFieldStart("restrictions");
        if (restrictions.maxRole() != null) {
            json.writeStringField("max_role", restrictions.maxRole().word());
        }
        writeTexts(json, "applications", restrictions.applications().stream().sorted().toList());
        writeTexts(json, "cidrs", restrictions.cidrs().stream().map(Cidr::toString).toList());
        writeTexts(json, "certificates", restrictions.sortedCertificates());
        json.writeEndObject();
    }

    /** Why a token is not rotated automatically any more. */
    static String notRotated(CredentialRow row, String reason) {
        return object(json -> {
            json.writeStringField("id", row.id());
            json.writeStringField("user_id", row.record().userId());
            json.writeBooleanField("rotated", false);
            json.writeStringField("reason", reason);
        });
    }

    /** An object as text. */
    static String object(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }
}
