package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UserKind;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class RpcLimitsTest {
    /** The launcher gives the whole process 256 MiB. */
    private static final long MEMORY = 256L * 1024 * 1024;

    /** A letter outside of the basic plane: no character takes more octets. */
    private static final String WIDE = Character.toString(0x10400);

    @Test
    void whatClientsMayHold_isAtMostHalfOfTheMemory() {
        RpcLimits limits = RpcLimits.defaults();
        long ofOneConnection =
                (long) limits.callsMax() * limits.messageBytesMax() + limits.flowWindowBytes();
        long held = limits.connectionsMax() * ofOneConnection
                + (long) limits.largeCallsMax() * limits.largeMessageBytesMax();
        assertThat(held).isLessThanOrEqualTo(MEMORY / 2);
    }

    @Test
    void largestImport_fitsIntoALargeMessage() {
        Timestamp last = Timestamp.newBuilder()
                .setSeconds(253_402_300_799L).setNanos(999_999_999).build();
        ForeignToken token = ForeignToken.newBuilder()
                .setName(WIDE.repeat(150))
                .setSha256(ByteString.copyFrom(new byte[32]))
                .setExpiresAt(last).setCreatedAt(last).setLastUsedAt(last)
                .build();
        ForeignUser user = ForeignUser.newBuilder()
                .setName(WIDE.repeat(150))
                .setDescription(WIDE.repeat(1_000))
                .setKind(UserKind.USER_KIND_PERSON)
                .setRole(Role.ROLE_ADMIN)
                .setBlocked(true)
                .addAllGroups(Collections.nCopies(10, WIDE.repeat(150)))
                .addAllTokens(Collections.nCopies(10, token))
                .build();
        ImportForeignRequest request = ImportForeignRequest.newBuilder()
                .addAllUsers(Collections.nCopies(100, user))
                .build();
        assertThat(token.getSerializedSize() + 3).isLessThanOrEqualTo(685);
        assertThat(request.getSerializedSize())
                .isLessThanOrEqualTo(RpcLimits.defaults().largeMessageBytesMax());
    }
}
