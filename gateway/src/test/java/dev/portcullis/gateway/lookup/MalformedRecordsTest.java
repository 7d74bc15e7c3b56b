package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PARENT_PREFIX;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.proto.origin.v1.CredentialKind;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.Restrictions;
import dev.portcullis.proto.origin.v1.Role;
import dev.portcullis.proto.origin.v1.UserKind;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
        all.put("negative replacement", r -> r.getCredentialBuilder().setReplacedAtMs(-1));
        all.put("pepper of a plain hash", r -> r.getCredentialBuilder().setPepperId("p1"));
        all.put("keyed hash without pepper", r -> r.getCredentialBuilder()
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_HMAC_SHA_256));
        all.put("malformed pepper", r -> r.getCredentialBuilder().setPepperId("P 1")
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_HMAC_SHA_256));
        all.put("imported key", r -> r.getCredentialBuilder()
                .setKind(CredentialKind.CREDENTIAL_KIND_API_KEY)
                .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_SHA_256_WHOLE));
        all.put("newer field", r -> r.setUnknownFields(newer()));
        all.put("newer restriction", r -> r.getCredentialBuilder().setUnknownFields(newer()));
        all.put("newer field of a principal", r -> r.getPrincipalBuilder()
                .setUnknownFields(newer()));
        addRestrictions(all);
        addParents(all);
        return all;
    }

    private static void addRestrictions(Map<String, Consumer<ResolveResponse.Builder>> all) {
        all.put("unknown cap", r -> restrictions(r).setMaxRoleValue(99));
        all.put("empty application", r -> restrictions(r).addApplications(""));
        all.put("too many applications", r -> IntStream.range(0, 101)
                .forEach(i -> restrictions(r).addApplications("a" + i)));
        all.put("too many ranges", r -> IntStream.range(0, 101)
                .forEach(i -> restrictions(r).addCidrs("192.0.2." + i)));
        for (String text : new String[] {"", "x", "192.0.2.1/24", "192.0.2.0/33", "::1%lo",
            "192.0.02.0/24", "example.com", "2001:db8::/129"}) {
            all.put("range '" + text + "'", r -> restrictions(r).addCidrs(text));
        }
        all.put("too many certificates", r -> IntStream.range(0, 101)
                .forEach(i -> restrictions(r).addCertificates("ab".repeat(32))));
        for (String text : new String[] {"", "x", "ab".repeat(31), "gg".repeat(32)}) {
            all.put("certificate '" + text + "'", r -> restrictions(r).addCertificates(text));
        }
        all.put("newer kind of restriction", r -> restrictions(r).setUnknownFields(newer()));
    }

    private static void addParents(Map<String, Consumer<ResolveResponse.Builder>> all) {
        all.put("parent without credential", r -> r.setParent(r.getCredential())
                .clearCredential().clearPrincipal());
        all.put("parent of what was not exchanged", r -> r.setParent(key()));
        all.put("parent prefix of an access token", r -> r.setParent(key())
                .getCredentialBuilder().setParentPrefix(PARENT_PREFIX));
        all.put("exchanged from nothing", r -> exchanged(r).clearParentPrefix());
        all.put("exchanged, and no parent", r -> exchanged(r));
        all.put("another's parent", r -> {
            exchanged(r);
            r.setParent(key().setPrefix("abcdefghijk9"));
        });
        all.put("parent that is no key", r -> {
            exchanged(r);
            r.setParent(ScriptedOrigin.credential(PARENT_PREFIX, RecordsFixture.USER));
        });
        all.put("parent of another user", r -> {
            exchanged(r);
            r.setParent(key().setUserId("user-2"));
        });
        all.put("its own parent", r -> {
            exchanged(r).setParentPrefix(RecordsFixture.PREFIX);
            r.setParent(key().setPrefix(RecordsFixture.PREFIX));
        });
        all.put("malformed parent", r -> {
            exchanged(r);
            r.setParent(key().clearHash());
        });
        all.put("newer restriction of a parent", r -> {
            exchanged(r);
            r.setParent(key().setUnknownFields(newer()));
        });
    }

    private static UnknownFieldSet newer() {
        return UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();
    }

    private static Restrictions.Builder restrictions(ResolveResponse.Builder answer) {
        return answer.getCredentialBuilder().getRestrictionsBuilder();
    }

    private static CredentialRecord.Builder key() {
        return ScriptedOrigin.key(PARENT_PREFIX, RecordsFixture.USER);
    }

    private static CredentialRecord.Builder exchanged(ResolveResponse.Builder answer) {
        return answer.getCredentialBuilder()
                .setKind(CredentialKind.CREDENTIAL_KIND_EXCHANGED_TOKEN)
                .setParentPrefix(PARENT_PREFIX);
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

    @Test
    void everythingThatMayBeRestricted_isRead() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.put(ScriptedOrigin.credential(RecordsFixture.PREFIX, RecordsFixture.USER)
                    .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_HMAC_SHA_256)
                    .setPepperId("p-1")
                    .setReplacedAtMs(77)
                    .setRestrictions(Restrictions.newBuilder()
                            .setMaxRole(Role.ROLE_READER)
                            .addApplications("a").addApplications("b").addApplications("a")
                            .addCidrs("192.0.2.0/24").addCidrs("2001:db8::1")
                            .addCertificates("ab".repeat(32))));
            var record = ((Found) f.lookUp(KEY)).credential();
            assertThat(record.hash().algorithm())
                    .isEqualTo(dev.portcullis.core.token.HashAlgorithm.HMAC_SHA_256);
            assertThat(record.hash().pepperId()).isEqualTo("p-1");
            assertThat(record.replacedAtMillis()).isEqualTo(77);
            assertThat(((Found) f.find(KEY)).goodUntilMillis()).isEqualTo(77);
            assertThat(record.restrictions().maxRole())
                    .isEqualTo(dev.portcullis.core.access.Role.READER);
            assertThat(record.restrictions().applications()).containsExactlyInAnyOrder("a", "b");
            assertThat(record.restrictions().cidrs()).extracting(Object::toString)
                    .containsExactly("192.0.2.0/24", "2001:db8::1/128");
            assertThat(record.restrictions().certificates()).extracting(Object::toString)
                    .containsExactly("ab".repeat(32));
            assertThat(record.parent()).isNull();
        }
    }

    @Test
    void restrictionsThatSayNothing_areNone() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.put(ScriptedOrigin.credential(RecordsFixture.PREFIX, RecordsFixture.USER)
                    .setRestrictions(Restrictions.getDefaultInstance())
                    .setHashAlgorithm(HashAlgorithm.HASH_ALGORITHM_SHA_256_WHOLE));
            var record = ((Found) f.lookUp(KEY)).credential();
            assertThat(record.restrictions())
                    .isEqualTo(dev.portcullis.core.access.Restrictions.NONE);
            assertThat(record.hash().algorithm())
                    .isEqualTo(dev.portcullis.core.token.HashAlgorithm.SHA_256_WHOLE);
        }
    }
}
