package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Role;
import org.junit.jupiter.api.Test;

class BindingsTest extends ServiceFixture {
    @Test
    void put_replacesAndSecondTimeChangesNothing() {
        User user = user("ci-bot");
        bindings.put(ADMIN, Subject.user("ci-bot"), Role.READER, "app");
        Committed<Binding> put = bindings.put(ADMIN, Subject.user(user.id()), Role.WRITER, "app");
        assertThat(put.value()).isEqualTo(new Binding(user.id(), "app", Role.WRITER));
        assertThat(bindings.put(ADMIN, Subject.user("ci-bot"), Role.WRITER, "app")).isEqualTo(put);
        assertThat(test.store().revision()).isEqualTo(put.revision());
        assertThat(bindings.list(AUDITOR, Subject.user("ci-bot"))).containsExactly(put.value());
    }

    @Test
    void deleted_goneOnce() {
        User user = user("ci-bot");
        bindings.put(ADMIN, Subject.user("ci-bot"), Role.READER, "app");
        assertThat(bindings.delete(ADMIN, Subject.user("ci-bot"), "app").value())
                .isEqualTo(new Binding(user.id(), "app", Role.READER));
        assertThat(bindings.list(ADMIN, Subject.user("ci-bot"))).isEmpty();
        assertThat(refused(
                () -> bindings.delete(ADMIN, Subject.user("ci-bot"), "app"), Code.NOT_FOUND)
                .getMessage()).isEqualTo("binding not found");
    }

    @Test
    void everyField_isValidatedByName() {
        user("ci-bot");
        assertThat(refusedField(() -> bindings.put(ADMIN, Subject.user(""), Role.READER, "app")))
                .isEqualTo("user");
        assertThat(refusedField(() -> bindings.put(ADMIN, Subject.user("ci-bot"), null, "app")))
                .isEqualTo("role");
        assertThat(refusedField(
                () -> bindings.put(ADMIN, Subject.user("ci-bot"), Role.READER, "A")))
                .isEqualTo("application");
        assertThat(refusedField(() -> bindings.delete(ADMIN, Subject.user("ci-bot"), null)))
                .isEqualTo("application");
        refused(() -> bindings.put(ADMIN, Subject.user("nobody"), Role.READER, "app"),
                Code.NOT_FOUND);
        refused(() -> bindings.list(ADMIN, Subject.user("nobody")), Code.NOT_FOUND);
    }

    @Test
    void auditor_changesNothing() {
        user("ci-bot");
        refused(() -> bindings.put(AUDITOR, Subject.user("ci-bot"), Role.READER, "app"),
                Code.PERMISSION_DENIED);
        refused(() -> bindings.delete(AUDITOR, Subject.user("ci-bot"), "app"),
                Code.PERMISSION_DENIED);
    }

    @Test
    void oneBindingTooMany_isExhausted() {
        user("ci-bot");
        for (int i = 0; i < BindingSteps.BINDINGS_MAX; i++) {
            bindings.put(ADMIN, Subject.user("ci-bot"), Role.READER, "app-" + i);
        }
        refused(() -> bindings.put(ADMIN, Subject.user("ci-bot"), Role.READER, "app"),
                Code.RESOURCE_EXHAUSTED);
        bindings.put(ADMIN, Subject.user("ci-bot"), Role.WRITER, "app-7");
    }

    @Test
    void internalUser_isGrantedNothing() throws Exception {
        user("gateway");
        TestStore.alter(directory, "UPDATE users SET kind = 'internal' WHERE name = 'gateway'");
        refused(() -> bindings.put(ADMIN, Subject.user("gateway"), Role.READER, "app"),
                Code.FAILED_PRECONDITION);
        refused(() -> token("gateway"), Code.FAILED_PRECONDITION);
    }
}
