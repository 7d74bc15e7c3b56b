package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.proto.origin.v1.CredentialKind;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.Role;
import dev.portcullis.proto.origin.v1.UserKind;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not entirely understood is 'cannot know', never permission and never 'wrong'. */
class MalformedRecordsTest {
    private static final Map<String, Consumer<ResolveResponse.Builder>> TWISTS = twists();

    private static Map<String, Consumer<ResolveResponse.Builder>> twists() {
        Map<String, Consumer<ResolveResponse.Builder>> all = new TreeMap<>();
        all.put("negative as_of", r -> r.setAsOf(-1));
        all.put("short hash", r -> r.getCredentialBuilder()
                .setHash(ByteString.copyFrom(new byte[31])));
        all.put("long hash", r -> r.getCredentialBuilder()
                .setHash(ByteString.copyFrom(new byte[33])));
        all.put("no hash", r -> r.getCredentialBuilder().clearHash());
        all.put("another's prefix", r -> r.getCredentialBuilder().setPrefix("abcdefghijk1"));
        all.put("no prefix", r -> r.getCredentialBuilder().clearPrefix());
        all.put("malformed prefix", r -> r.getCredentialBuilder().setPrefix("abcdefghij-0"));
        all.put("no algorithm", r -> r.getCredentialBuilder()
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_UNSPECIFIED));
        all.put("unknown algorithm", r -> r.getCredentialBuilder().setHashAlgorithmValue(9));
        all.put("no kind", r -> r.getCredentialBuilder()
                .setKind(CredentialKind.CREDENTIAL_KIND_UNSPECIFIED));
        all.put("unknown kind", r -> r.getCredentialBuilder().setKindValue(99));
        all.put("no state", r -> r.getCredentialBuilder()
                .setState(CredentialState.CREDENTIAL_STATE_UNSPECIFIED));
        all.put("unknown state", r -> r.getCredentialBuilder().setStateValue(99));
        all.put("no user", r -> r.getCredentialBuilder().clearUserId());
        all.put("negative expiry", r -> r.getCredentialBuilder().setExpiresAtMs(-5));
        all.put("another's principal", r -> r.getPrincipalBuilder().setUserId("user-2"));
        all.put("principal without id", r -> r.getPrincipalBuilder().clearUserId());
        all.put("no user kind", r -> r.getPrincipalBuilder()
                .setKind(UserKind.USER_KIND_UNSPECIFIED));
        all.put("unknown user kind", r -> r.getPrincipalBuilder().setKindValue(99));
        all.put("no role", r -> r.getPrincipalBuilder().putRoles("a", Role.ROLE_UNSPECIFIED));
        all.put("unknown role", r -> r.getPrincipalBuilder().putRolesValue("a", 99));
        all.put("principal without credential", ResolveResponse.Builder::clearCredential);
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();
        all.put("newer field", r -> r.setUnknownFields(newer));
        all.put("newer restriction", r -> r.getCredentialBuilder().setUnknownFields(newer));
        all.put("newer field of a principal", r -> r.getPrincipalBuilder().setUnknownFields(newer));
        return all;
    }

    static Stream<String> names() {
        return TWISTS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void malformedRecord_isUnavailableAndNotRemembered(String name) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.twist = answer -> {
                ResolveResponse.Builder twisted = answer.toBuilder();
                TWISTS.get(name).accept(twisted);
                return twisted.build();
            };
            assertThat(f.lookUp(KEY)).isEqualTo(Unavailable.ORIGIN_MALFORMED);
            assertThat(f.find(KEY)).isNull();

            f.origin.twist = answer -> answer;
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
        }
    }
}
