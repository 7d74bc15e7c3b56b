package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.proto.admin.v1.AuditFilter;
import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.ExplainAccessRequest;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.ListBindingsRequest;
import dev.portcullis.proto.admin.v1.ListKeysRequest;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.RotateKeyRequest;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.TokenState;
import dev.portcullis.proto.admin.v1.UpdateUserRequest;
import dev.portcullis.proto.admin.v1.UserKind;
import dev.portcullis.proto.admin.v1.VerifyAuditRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a request says gets to the use case, whole: whatever is changed in it, they see. */
class RequestTranslationTest {
    /** Must be left empty, so it is not among what can be changed. */
    private static final Set<String> REFUSED = Set.of("CreateUserRequest.bindings.subject_id");

    /**
     * A translation, and the fields of its request that are handed over as they are.
     *
     * @param besides not for this translation to see
     */
    record Case(Message type, Function<Message, Object> translation, Set<String> besides) {
        @Override
        public String toString() {
            return type.getDescriptorForType().getName();
        }
    }

    @SuppressWarnings("unchecked")
    private static <M extends Message> Case of(
            M type, Function<M, Object> translation, String... besides) {
        return new Case(type, message -> translation.apply((M) message), Set.of(besides));
    }

    static Stream<Case> translations() {
        return Stream.of(
                of(CreateUserRequest.getDefaultInstance(), UserTranslation::newUser),
                of(ListUsersRequest.getDefaultInstance(), UserTranslation::filter,
                        "page_size", "page_token"),
                of(UpdateUserRequest.getDefaultInstance(), UserTranslation::update, "user"),
                of(PutBindingRequest.getDefaultInstance(), BindingTranslation::subject,
                        "role", "application"),
                of(ListBindingsRequest.getDefaultInstance(), BindingTranslation::subject),
                of(DeleteBindingRequest.getDefaultInstance(), BindingTranslation::subject,
                        "application"),
                of(IssueTokenRequest.getDefaultInstance(), TokenTranslation::newToken),
                of(ListTokensRequest.getDefaultInstance(), TokenTranslation::filter,
                        "page_size", "page_token"),
                of(RotateTokenRequest.getDefaultInstance(), TokenTranslation::overlap, "id"),
                of(CreateKeyRequest.getDefaultInstance(), KeyTranslation::newKey),
                of(ListKeysRequest.getDefaultInstance(), KeyTranslation::filter,
                        "page_size", "page_token"),
                of(RotateKeyRequest.getDefaultInstance(), KeyTranslation::overlap, "id"),
                of(ExplainAccessRequest.getDefaultInstance(), AccessTranslation::query),
                of(AuditFilter.getDefaultInstance(), AuditTranslation::filter),
                of(VerifyAuditRequest.getDefaultInstance(), AuditTranslation::expectedHash,
                        "expected_seq"),
                of(ImportForeignRequest.getDefaultInstance(), ImportTranslation::users));
    }

    @ParameterizedTest
    @MethodSource("translations")
    void everyFieldOfARequest_isSeen(Case each) {
        String name = each.type().getDescriptorForType().getName();
        Message full = full(each.type(), name);
        for (FieldDescriptor field : each.type().getDescriptorForType().getFields()) {
            if (each.besides().contains(field.getName())) {
                continue;
            }
            // only one of the members of a oneof is there at a time
            Message base = field.getRealContainingOneof() == null
                    ? full
                    : full.toBuilder()
                            .setField(field, value(field, full.toBuilder(), name)).build();
            for (Message changed : changes(base, field, name)) {
                assertThat(seen(each.translation(), changed))
                        .as("%s.%s", name, field.getName())
                        .usingRecursiveComparison()
                        .withStrictTypeChecking()
                        .isNotEqualTo(seen(each.translation(), base));
            }
        }
    }

    /** Wrapped, since null and a bare array compare badly. */
    private static List<Object> seen(Function<Message, Object> translation, Message message) {
        List<Object> seen = new ArrayList<>();
        Throwable refused = catchThrowable(() -> seen.add(translation.apply(message)));
        if (refused != null) {
            assertThat(refused).isInstanceOf(ServiceException.class);
            seen.add(refused.getMessage());
        }
        return seen;
    }

    /** The message with one thing of a field changed, for each such thing. */
    private static List<Message> changes(Message base, FieldDescriptor field, String path) {
        List<Message> changes = new ArrayList<>();
        changes.add(base.toBuilder().clearField(field).build());
        if (ContractFields.isOurs(field)) {
            Message inner = ContractFields.messages(field, base.getField(field)).get(0);
            String innerPath = path + "." + field.getName();
            for (FieldDescriptor each : inner.getDescriptorForType().getFields()) {
                if (!REFUSED.contains(innerPath + "." + each.getName())) {
                    changes(inner, each, innerPath).forEach(changed ->
                            changes.add(with(base, field, changed)));
                }
            }
        } else if (!field.isRepeated() && field.getJavaType() != FieldDescriptor.JavaType.BOOLEAN) {
            changes.add(base.toBuilder().setField(field, other(field)).build());
        }
        return changes;
    }

    private static Message with(Message base, FieldDescriptor field, Message inner) {
        Message.Builder builder = base.toBuilder().clearField(field);
        return (field.isRepeated()
                ? builder.addRepeatedField(field, inner)
                : builder.setField(field, inner)).build();
    }

    private static Message full(Message type, String path) {
        Message.Builder builder = type.newBuilderForType();
        for (FieldDescriptor field : type.getDescriptorForType().getFields()) {
            String fieldPath = path + "." + field.getName();
            if (REFUSED.contains(fieldPath)) {
                continue;
            }
            Object value = value(field, builder, fieldPath);
            if (field.isRepeated()) {
                builder.addRepeatedField(field, value);
            } else {
                builder.setField(field, value);
            }
        }
        return builder.build();
    }

    private static Object value(FieldDescriptor field, Message.Builder parent, String path) {
        return switch (field.getJavaType()) {
            case STRING -> "a " + field.getName();
            case INT -> field.getNumber();
            case LONG -> (long) field.getNumber();
            case BOOLEAN -> true;
            case ENUM -> enumValue(field, 0);
            case BYTE_STRING -> ByteString.copyFromUtf8(field.getName());
            case MESSAGE -> ContractFields.isOurs(field)
                    ? full(parent.newBuilderForField(field).build(), path)
                    : wellKnown(field, field.getNumber());
            default -> throw new IllegalArgumentException(field.getFullName());
        };
    }

    private static Object other(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING -> "another " + field.getName();
            case INT -> 100 + field.getNumber();
            case LONG -> 100L + field.getNumber();
            case ENUM -> enumValue(field, 1);
            case BYTE_STRING -> ByteString.copyFromUtf8("another " + field.getName());
            case MESSAGE -> wellKnown(field, 100 + field.getNumber());
            default -> throw new IllegalArgumentException(field.getFullName());
        };
    }

    private static EnumValueDescriptor enumValue(FieldDescriptor field, int index) {
        return field.getEnumType().getValues().get(1 + index);
    }

    private static Message wellKnown(FieldDescriptor field, long seconds) {
        return field.getMessageType().equals(Timestamp.getDescriptor())
                ? Timestamp.newBuilder().setSeconds(seconds).build()
                : Duration.newBuilder().setSeconds(seconds).build();
    }

    @Test
    void roleThatIsGivenAsNone_isNotOneThatIsLeftOut() {
        assertThat(UserTranslation.update(UpdateUserRequest.getDefaultInstance()).role()).isNull();
        assertInvalid("role", () -> UserTranslation.update(
                UpdateUserRequest.newBuilder().setRole(Role.ROLE_UNSPECIFIED).build()));
    }

    @Test
    void whatIsLeftOutOfAnUpdate_isLeft() {
        var nothing = UserTranslation.update(UpdateUserRequest.getDefaultInstance());
        assertThat(nothing.description()).isNull();
        assertThat(nothing.blocked()).isNull();
        assertThat(nothing.groups()).isNull();
        var emptied = UserTranslation.update(UpdateUserRequest.newBuilder()
                .setDescription("").setBlocked(false)
                .setGroups(UpdateUserRequest.getDefaultInstance().getGroups()).build());
        assertThat(emptied.description()).isEmpty();
        assertThat(emptied.blocked()).isFalse();
        assertThat(emptied.groups()).isEmpty();
    }

    @Test
    void valueThatTheContractDoesNotHave_isRefusedNamingTheField() {
        assertInvalid("restrictions.max_role", () -> {
            IssueTokenRequest.Builder request = IssueTokenRequest.newBuilder();
            request.getRestrictionsBuilder().setMaxRoleValue(99);
            TokenTranslation.newToken(request.build());
        });
        assertInvalid("state", () -> KeyTranslation.filter(
                ListKeysRequest.newBuilder().setStateValue(99).build()));
        assertInvalid("users[1].kind", () -> ImportTranslation.users(importing(
                user -> user.setKindValue(99))));
        assertInvalid("users[1].role", () -> ImportTranslation.users(importing(
                user -> user.setRoleValue(99))));
        assertInvalid("users[1].tokens[0].expires_at", () -> ImportTranslation.users(importing(
                user -> user.addTokensBuilder().getExpiresAtBuilder().setNanos(-1))));
        for (UserKind kind : UserKind.values()) {
            assertThat(kind == UserKind.UNRECOGNIZED
                    || Translation.kind("kind", kind) != null
                    || kind == UserKind.USER_KIND_UNSPECIFIED).isTrue();
        }
        for (TokenState state : TokenState.values()) {
            if (state != TokenState.UNRECOGNIZED && state != TokenState.TOKEN_STATE_UNSPECIFIED) {
                assertThat(CredentialTranslation.state(CredentialTranslation.state("s", state)))
                        .isEqualTo(state);
            }
        }
    }

    private static ImportForeignRequest importing(
            java.util.function.Consumer<dev.portcullis.proto.admin.v1.ForeignUser.Builder> bad) {
        ImportForeignRequest.Builder request = ImportForeignRequest.newBuilder();
        request.addUsersBuilder().setName("good");
        bad.accept(request.addUsersBuilder());
        return request.build();
    }

    @Test
    void whatIsNoDuration_isRefused() {
        for (Duration bad : List.of(
                Duration.newBuilder().setSeconds(1).setNanos(-1).build(),
                Duration.newBuilder().setSeconds(-1).setNanos(1).build(),
                Duration.newBuilder().setNanos(1_000_000_000).build(),
                Duration.newBuilder().setNanos(Integer.MIN_VALUE).build(),
                Duration.newBuilder().setSeconds(315_576_000_001L).build(),
                Duration.newBuilder().setSeconds(Long.MIN_VALUE).build())) {
            assertInvalid("overlap", () -> KeyTranslation.overlap(
                    RotateKeyRequest.newBuilder().setOverlap(bad).build()));
            assertInvalid("rotate_before_expiry", () -> TokenTranslation.newToken(
                    IssueTokenRequest.newBuilder().setRotateBeforeExpiry(bad).build()));
            // refused by the use case, once it has found out whose token it is
            assertThat(TokenTranslation.overlap(
                    RotateTokenRequest.newBuilder().setOverlap(bad).build())).isNegative();
        }
        assertThat(KeyTranslation.overlap(RotateKeyRequest.getDefaultInstance())).isZero();
    }

    private static void assertInvalid(String field, Runnable translation) {
        assertThatThrownBy(translation::run).isInstanceOfSatisfying(
                ServiceException.class, e -> {
                    assertThat(e.code()).isEqualTo(ServiceException.Code.INVALID_ARGUMENT);
                    assertThat(e.field()).isEqualTo(field);
                });
    }
}
