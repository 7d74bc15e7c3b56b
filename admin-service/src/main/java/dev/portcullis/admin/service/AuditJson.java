package dev.portcullis.admin.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.core.verify.CredentialRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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

    /** A user with their bindings. */
    static String user(UserRow user, List<Binding> bindings) {
        return object(json -> {
            json.writeStringField("id", user.id());
            json.writeStringField("name", user.name());
            json.writeStringField("description", user.description());
            json.writeStringField("kind", user.kind().word());
            json.writeBooleanField("blocked", user.blocked());
            json.writeArrayFieldStart("bindings");
            for (Binding binding : bindings) {
                json.writeStartObject();
                writeBinding(json, binding);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
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
            long expiresAt = row.record().expiresAtMillis();
            if (expiresAt != CredentialRecord.NEVER) {
                json.writeStringField("expires_at", Instant.ofEpochMilli(expiresAt).toString());
            }
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
