package dev.portcullis.core.verify;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.MacSpi;

/**
 * Stands in front of the JDK's hash functions and notes each hash that is made. Not thread-safe;
 * closed, it is gone.
 */
final class CountingHashes extends Provider implements AutoCloseable {
    private static final long serialVersionUID = 1;
    private static final String NAME = "CountingHashes";
    private static final List<String> MADE = new ArrayList<>();

    private CountingHashes() {
        super(NAME, "1", "notes each hash");
        put("MessageDigest.SHA-256", Sha256.class.getName());
        put("Mac.HmacSHA256", Hmac.class.getName());
    }

    static CountingHashes install() {
        CountingHashes provider = new CountingHashes();
        Security.insertProviderAt(provider, 1);
        MADE.clear();
        return provider;
    }

    /** The algorithms of the hashes made since the last call, and how many octets each was of. */
    List<String> made() {
        List<String> made = List.copyOf(MADE);
        MADE.clear();
        return made;
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }

    private static MessageDigest sun() {
        try {
            return MessageDigest.getInstance("SHA-256", "SUN");
        } catch (NoSuchAlgorithmException | NoSuchProviderException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SHA-256. */
    public static final class Sha256 extends MessageDigestSpi {
        private final MessageDigest digest = sun();
        private int octets;

        @Override
        protected void engineUpdate(byte input) {
            engineUpdate(new byte[] {input}, 0, 1);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            digest.update(input, offset, length);
            octets += length;
        }

        @Override
        protected byte[] engineDigest() {
            MADE.add("SHA-256 of " + octets);
            octets = 0;
            return digest.digest();
        }

        @Override
        protected int engineGetDigestLength() {
            return digest.getDigestLength();
        }

        @Override
        protected void engineReset() {
            octets = 0;
            digest.reset();
        }
    }

    /** HMAC-SHA-256, as RFC 2104, section 2, defines it. */
    public static final class Hmac extends MacSpi {
        private final MessageDigest digest = sun();
        private byte[] key;
        private int octets;

        @Override
        protected int engineGetMacLength() {
            return digest.getDigestLength();
        }

        @Override
        protected void engineInit(Key given, AlgorithmParameterSpec parameters)
                throws InvalidKeyException {
            key = Arrays.copyOf(given.getEncoded(), 64);
            engineReset();
        }

        @Override
        protected void engineUpdate(byte input) {
            engineUpdate(new byte[] {input}, 0, 1);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            digest.update(input, offset, length);
            octets += length;
        }

        @Override
        protected byte[] engineDoFinal() {
            MADE.add("HMAC of " + octets);
            byte[] inner = digest.digest();
            digest.update(padded(0x5c));
            byte[] result = digest.digest(inner);
            engineReset();
            return result;
        }

        @Override
        protected void engineReset() {
            octets = 0;
            digest.reset();
            digest.update(padded(0x36));
        }

        private byte[] padded(int pad) {
            byte[] padded = key.clone();
            for (int i = 0; i < padded.length; i++) {
                padded[i] ^= (byte) pad;
            }
            return padded;
        }
    }
}
