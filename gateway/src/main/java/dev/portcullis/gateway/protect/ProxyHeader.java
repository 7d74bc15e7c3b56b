package dev.portcullis.gateway.protect;

import dev.portcullis.core.access.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What a proxy says at the very beginning of a connection about whom it connects for: the PROXY
 * protocol, version 1 (a line) or 2 (octets). Read strictly, and bounded in length.
 *
 * <p>Not thread-safe.
 */
public final class ProxyHeader {
    /** Octets of the line of version 1, with its end (section 2.1). */
    static final int LINE_MAX = 107;

    /** Octets behind the first 16 of version 2: addresses and a few TLVs, not 64 KiB of them. */
    static final int REST_MAX = 8192;

    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    private static final int FIXED = V2.length + 4;
    private static final int COMMAND_LOCAL = 0x20;
    private static final int COMMAND_PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP_V4 = 0x11;
    private static final int TCP_V6 = 0x21;
    private static final int UNIX_STREAM = 0x31;
    private static final int ADDRESSES_V4 = 12;
    private static final int ADDRESSES_V6 = 36;
    private static final int ADDRESSES_UNIX = 216;
    private static final int TLV_HEAD = 3;
    private static final int TLV_CRC32C = 0x03;
    private static final int PORT_MAX = 65_535;

    private InetAddress source;

    /** What reading came to. */
    public enum Progress {
        /** More octets are needed; none was taken. */
        INCOMPLETE,
        /** The header was taken off the front, and nothing behind it. */
        COMPLETE,
        /** It is none; the connection is good for nothing. */
        REFUSED
    }

    /**
     * Who connects, by the proxy's word; null when it speaks for itself ({@code LOCAL}) or does not
     * know ({@code UNKNOWN}, {@code UNSPEC}, a socket of its own machine): then the peer stands.
     */
    public InetAddress source() {
        return source;
    }

    /**
     * Reads the header, once all of it is there.
     *
     * @param in everything received so far
     */
    public Progress read(ByteBuf in) {
        if (begins(in, V1)) {
            return in.readableBytes() < V1.length ? Progress.INCOMPLETE : readLine(in);
        }
        if (begins(in, V2)) {
            return in.readableBytes() < FIXED ? Progress.INCOMPLETE : readOctets(in);
        }
        return Progress.REFUSED;
    }

    /** Whether what is there is the beginning, or as much of it as there can be yet. */
    private static boolean begins(ByteBuf in, byte[] beginning) {
        int there = Math.min(in.readableBytes(), beginning.length);
        for (int i = 0; i < there; i++) {
            if (in.getByte(in.readerIndex() + i) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    // ------------------------------------------------------------------ version 1

    private Progress readLine(ByteBuf in) {
        int from = in.readerIndex();
        int searched = Math.min(in.readableBytes(), LINE_MAX);
        int cr = in.indexOf(from, from + searched, (byte) '\r');
        if (cr < 0) {
            return searched == LINE_MAX ? Progress.REFUSED : Progress.INCOMPLETE;
        }
        int length = cr - from + 2;
        if (length > LINE_MAX) {
            return Progress.REFUSED;
        }
        if (in.readableBytes() < length) {
            return Progress.INCOMPLETE;
        }
        String line = in.toString(
                from + V1.length, length - 2 - V1.length, StandardCharsets.ISO_8859_1);
        if (in.getByte(cr + 1) != '\n' || !understand(line)) {
            return Progress.REFUSED;
        }
        in.skipBytes(length);
        return Progress.COMPLETE;
    }

    private boolean understand(String line) {
        if (line.equals("UNKNOWN") || line.startsWith("UNKNOWN ")) {
            // what follows is to be ignored (section 2.1)
            return true;
        }
        String[] words = line.split(" ", -1);
        if (words.length != 5 || !isPort(words[3]) || !isPort(words[4])) {
            return false;
        }
        boolean v6 = words[0].equals("TCP6");
        if (!v6 && !words[0].equals("TCP4") || isV6(words[1]) != v6 || isV6(words[2]) != v6) {
            return false;
        }
        byte[] from = AddressText.read(words[1]);
        if (from == null || AddressText.read(words[2]) == null) {
            return false;
        }
        source = address(from);
        return true;
    }

    private static boolean isV6(String address) {
        return address.indexOf(':') >= 0;
    }

    private static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5 || text.length() > 1 && text.charAt(0) == '0') {
            return false;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
        }
        return port <= PORT_MAX;
    }

    // ------------------------------------------------------------------ version 2

    private Progress readOctets(ByteBuf in) {
        int from = in.readerIndex();
        int command = in.getUnsignedByte(from + V2.length);
        int family = in.getUnsignedByte(from + V2.length + 1);
        int rest = in.getUnsignedShort(from + V2.length + 2);
        int addresses = lengthOfAddresses(family);
        boolean known = command == COMMAND_PROXY || command == COMMAND_LOCAL;
        if (!known || rest > REST_MAX || addresses < 0
                || command == COMMAND_PROXY && rest < addresses) {
            return Progress.REFUSED;
        }
        if (in.readableBytes() < FIXED + rest) {
            return Progress.INCOMPLETE;
        }
        if (command == COMMAND_PROXY) {
            // without a family nobody knows where TLVs would begin
            if (family != UNSPECIFIED && !tlvsAreGood(in, FIXED + rest, FIXED + addresses)) {
                return Progress.REFUSED;
            }
            if (family == TCP_V4 || family == TCP_V6) {
                int octets = family == TCP_V4 ? 4 : 16;
                source = address(ByteBufUtil.getBytes(in, from + FIXED, octets));
            }
        }
        in.skipBytes(FIXED + rest);
        return Progress.COMPLETE;
    }

    /** The octets that the addresses of a family take, or -1 for what no stream can be of. */
    private static int lengthOfAddresses(int family) {
        return switch (family) {
            case UNSPECIFIED -> 0;
            case TCP_V4 -> ADDRESSES_V4;
            case TCP_V6 -> ADDRESSES_V6;
            case UNIX_STREAM -> ADDRESSES_UNIX;
            default -> -1;
        };
    }

    /** Whether TLVs fill the rest exactly (section 2.2), and the checksum is right if there is. */
    private static boolean tlvsAreGood(ByteBuf in, int length, int first) {
        int from = in.readerIndex();
        int at = first;
        int checksum = -1;
        while (at < length) {
            if (length - at < TLV_HEAD) {
                return false;
            }
            int octets = in.getUnsignedShort(from + at + 1);
            if (in.getByte(from + at) == TLV_CRC32C) {
                if (checksum >= 0 || octets != Integer.BYTES) {
                    return false;
                }
                checksum = at + TLV_HEAD;
            }
            at += TLV_HEAD + octets;
        }
        return at == length && (checksum < 0 || checksumIsRight(in, length, checksum));
    }

    private static boolean checksumIsRight(ByteBuf in, int length, int at) {
        byte[] header = ByteBufUtil.getBytes(in, in.readerIndex(), length);
        long told = in.getUnsignedInt(in.readerIndex() + at);
        // it is made of the header with zeros in its own place
        Arrays.fill(header, at, at + Integer.BYTES, (byte) 0);
        CRC32C sum = new CRC32C();
        sum.update(header, 0, length);
        return sum.getValue() == told;
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 octets are addresses", e);
        }
    }
}
