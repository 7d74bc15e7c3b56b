package dev.portcullis.core.access;

import java.net.InetAddress;

/**
 * A range of addresses (RFC 4632, section 3.1; RFC 4291, section 2.3). IPv4 and IPv6 are apart:
 * {@code ::/0} holds no IPv4 address. An IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) is
 * the IPv4 address in it, here as in ranges.
 *
 * <p>A value: immutable, compared by content.
 */
public final class Cidr {
    /** The longest text: an IPv6 address with an IPv4 address in it, and a length. */
    private static final int TEXT_LENGTH_MAX = 45 + 4;

    private static final int BITS_V4 = 32;
    private static final int BITS_V6 = 128;
    private static final int BITS_MAPPED = BITS_V6 - BITS_V4;
    private static final long MAPPED = 0xffffL << BITS_V4;

    /** The first 64 bits of the range's first address, as IPv6: IPv4 is mapped. */
    private final long high;
    /** The last 64. */
    private final long low;
    /** How many of the 128 bits an address in the range has in common with the first. */
    private final int bits;

    private Cidr(long high, long low, int bits) {
        this.high = high;
        this.low = low;
        this.bits = bits;
    }

    /**
     * The range that a text stands for: an address, {@code /}, and how many bits count; or an
     * address alone, which is a range of one.
     *
     * @throws IllegalArgumentException when it is anything else, also when bits are set that do not
     *     count (one of the two is a mistake); the message says what is wrong, in words for a user
     */
    public static Cidr parse(String text) {
        if (text.isEmpty() || text.length() > TEXT_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a range of addresses is 1 to " + TEXT_LENGTH_MAX + " characters");
        }
        int slash = text.indexOf('/');
        byte[] address = AddressText.parse(slash < 0 ? text : text.substring(0, slash));
        int width = address.length * Byte.SIZE;
        int counting = slash < 0
                ? width
                : AddressText.decimal(
                        text.substring(slash + 1), width, "the number of bits after '/'");
        long high = high(address);
        long low = low(address);
        int bits = counting + BITS_V6 - width;
        Cidr range = new Cidr(high & mask(bits), low & mask(bits - Long.SIZE), bits);
        if (range.high != high || range.low != low) {
            throw new IllegalArgumentException(
                    "bits are set after the first " + counting + "; the range is " + range);
        }
        return range;
    }

    /** Whether an address is in the range. */
    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    /** Whether an address of 4 or 16 octets is in the range. */
    boolean contains(byte[] address) {
        return contains(high(address), low(address), BITS_V6);
    }

    /** Whether the whole of another range is in this one. */
    public boolean contains(Cidr other) {
        return contains(other.high, other.low, other.bits);
    }

    private boolean contains(long otherHigh, long otherLow, int otherBits) {
        return bits <= otherBits
                && isV4(high, low, bits) == isV4(otherHigh, otherLow, otherBits)
                && ((high ^ otherHigh) & mask(bits)) == 0
                && ((low ^ otherLow) & mask(bits - Long.SIZE)) == 0;
    }

    private static boolean isV4(long high, long low, int bits) {
        return bits >= BITS_MAPPED && high == 0 && (low & -1L << BITS_V4) == MAPPED;
    }

    /** As many ones as there are bits, from the left; 64 at most. */
    private static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
    }

    private static long high(byte[] address) {
        return address.length == 4 ? 0 : number(address, 0, Long.BYTES);
    }

    private static long low(byte[] address) {
        return address.length == 4
                ? MAPPED | number(address, 0, 4)
                : number(address, Long.BYTES, 2 * Long.BYTES);
    }

    private static long number(byte[] octets, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << Byte.SIZE | octets[i] & 0xff;
        }
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that
                && high == that.high && low == that.low && bits == that.bits;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(31 * high + low) + bits;
    }

    /** The range, always with its number of bits; IPv6 as RFC 5952, section 4, has it. */
    @Override
    public String toString() {
        return isV4(high, low, bits)
                ? v4() + "/" + (bits - BITS_MAPPED)
                : v6() + "/" + bits;
    }

    private String v4() {
        return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "."
                + (low >>> 8 & 0xff) + "." + (low & 0xff);
    }

    private String v6() {
        int[] zeros = longestZeros();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == zeros[0]) {
                text.append("::");
                i += zeros[1] - 1;
                continue;
            }
            boolean first = text.length() == 0 || text.charAt(text.length() - 1) == ':';
            text.append(first ? "" : ":").append(Integer.toHexString(group(i)));
        }
        return text.toString();
    }

    /** Where the longest run of zero groups begins, and its length; -1 when none has two. */
    private int[] longestZeros() {
        int[] longest = {-1, 1};
        for (int from = 0; from < 8; from++) {
            int to = from;
            while (to < 8 && group(to) == 0) {
                to++;
            }
            if (to - from > longest[1]) {
                longest = new int[] {from, to - from};
            }
        }
        return longest;
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (3 - index % 4) * 16) & 0xffff;
    }
}
