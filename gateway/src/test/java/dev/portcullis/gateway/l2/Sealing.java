package dev.portcullis.gateway.l2;

import com.google.protobuf.ByteString;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import java.util.Arrays;

/** Keys, and records sealed under them, for tests that plant some. */
public final class Sealing {
    private Sealing() {}

    /** A key of a name; the same octets for the same number. */
    public static CacheKey key(String id, int octets) {
        byte[] key = new byte[SealKey.OCTETS];
        Arrays.fill(key, (byte) octets);
        return CacheKey.newBuilder().setId(id).setKey(ByteString.copyFrom(key)).build();
    }

    /** Under which name a record is kept. */
    public static String name(CacheKey key, String prefix) {
        return "pc:" + key.getId() + ":c:" + prefix;
    }

    /** A record as it is kept. */
    public static byte[] sealed(CacheKey key, String prefix, ResolveResponse record) {
        return sealed(key, prefix, record.toByteArray());
    }

    /** Octets, in place of a record, as they would be kept. */
    public static byte[] sealed(CacheKey key, String prefix, byte[] octets) {
        return Seal.seal(SealKey.of(key), TokenPrefix.of(prefix), octets);
    }

    /** What is under a seal; null when that is not right. */
    public static byte[] opened(CacheKey key, String prefix, byte[] sealed) {
        return Seal.open(SealKey.of(key), TokenPrefix.of(prefix), sealed);
    }
}
