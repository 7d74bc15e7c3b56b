package dev.portcullis.gateway.testkit;

import java.nio.ByteBuffer;

/** The hello of a TLS client, octet by octet, for versions and suites that no library offers. */
public final class RawHello {
    /** The type of a record that tells of a failure. */
    public static final int ALERT = 21;

    /** The type of a record of the handshake. */
    public static final int HANDSHAKE = 22;

    private static final byte[] EXTENSIONS = {
        0, 10, 0, 4, 0, 2, 0, 23, // the curve P-256
        0, 11, 0, 2, 1, 0, // points uncompressed
        0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1, // ECDSA, RSA-PSS and RSA, each with SHA-256
    };

    private RawHello() {}

    /** A record with a hello that offers that version at most, and these suites. */
    public static byte[] of(int version, int... suites) {
        int length = 2 + 32 + 1 + 2 + suites.length * 2 + 2 + 2 + EXTENSIONS.length;
        ByteBuffer out = ByteBuffer.allocate(5 + 4 + length);
        out.put((byte) HANDSHAKE).putShort((short) 0x0301).putShort((short) (4 + length));
        out.put((byte) 1).put((byte) 0).putShort((short) length);
        out.putShort((short) version);
        for (int i = 0; i < 32; i++) {
            out.put((byte) i);
        }
        out.put((byte) 0);
        out.putShort((short) (suites.length * 2));
        for (int suite : suites) {
            out.putShort((short) suite);
        }
        out.put((byte) 1).put((byte) 0);
        out.putShort((short) EXTENSIONS.length).put(EXTENSIONS);
        return out.array();
    }
}
