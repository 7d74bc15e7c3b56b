package dev.portcullis.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    private final SeededRandom random = SeededRandom.create();

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.255/32, 255.255.255.255/32",
        "192.0.2.7, 192.0.2.7/32",
        "192.0.2.128/25, 192.0.2.128/25",
        "::/0, ::/0",
        "::, ::/128",
        "::1, ::1/128",
        "1::, 1::/128",
        "2001:db8::/32, 2001:db8::/32",
        "2001:0DB8:0000::/32, 2001:db8::/32",
        "2001:db8:0:0:0:0:0:1, 2001:db8::1/128",
        // RFC 5952, 4.2.2: one group is not shortened; 4.2.3: the longest, or else the first
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1/128",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1/128",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1/128",
        "1:2:3:4:5:6:7:0, 1:2:3:4:5:6:7:0/128",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0/128",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8/128",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::/128",
        "fe80::/10, fe80::/10",
        "64:ff9b::192.0.2.0/120, 64:ff9b::c000:200/120",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304/128",
        // an IPv4-mapped address is the IPv4 address in it
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:a00:0/104, 10.0.0.0/8",
        "::ffff:192.0.2.7, 192.0.2.7/32",
        "0:0:0:0:0:FFFF:192.0.2.7, 192.0.2.7/32",
        "::ffff:0:0/96, 0.0.0.0/0",
        // these are not mapped
        "::192.0.2.7, ::c000:207/128",
        "::fffe:0:0/95, ::fffe:0:0/95",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128,"
                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
    })
    void range_isReadAndWrittenInItsOneForm(String text, String canonical) {
        Cidr range = Cidr.parse(text);
        assertThat(range).hasToString(canonical);
        assertThat(Cidr.parse(canonical)).isEqualTo(range).hasSameHashCodeAs(range);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "\"\"          | a range of addresses is 1 to 49 characters",
        "localhost     | an address is four numbers with dots between (IPv4), or IPv6",
        "10            | an address is four numbers with dots between (IPv4), or IPv6",
        "10.0.0        | an address is four numbers with dots between (IPv4), or IPv6",
        "10.0.0.0.0    | an address is four numbers with dots between (IPv4), or IPv6",
        "10.0.0.0.     | an address is four numbers with dots between (IPv4), or IPv6",
        "/8            | an address is four numbers with dots between (IPv4), or IPv6",
        "10.0.0.256    | a number of an IPv4 address is 0 to 255",
        "10.0.0.1000   | a number of an IPv4 address is 0 to 255",
        "10..0.0       | a number of an IPv4 address is 0 to 255",
        "10.0.0.-1     | a number of an IPv4 address is 0 to 255",
        "10.0.0.+1     | a number of an IPv4 address is 0 to 255",
        "10.0.0.0x1    | a number of an IPv4 address is 0 to 255",
        "10.0.0.a      | a number of an IPv4 address is 0 to 255",
        "\" 10.0.0.1\" | a number of an IPv4 address is 0 to 255",
        "10.0.0.\u0661 | a number of an IPv4 address is 0 to 255",
        "010.0.0.1     | a number of an IPv4 address has no leading zeros",
        "10.00.0.1     | a number of an IPv4 address has no leading zeros",
        "10.0.0.0/     | the number of bits after '/' is 0 to 32",
        "10.0.0.0/33   | the number of bits after '/' is 0 to 32",
        "10.0.0.0/-1   | the number of bits after '/' is 0 to 32",
        "10.0.0.0/8/8  | the number of bits after '/' is 0 to 32",
        "10.0.0.0/255.0.0.0 | the number of bits after '/' is 0 to 32",
        "10.0.0.0/08   | the number of bits after '/' has no leading zeros",
        "2001:db8::/129| the number of bits after '/' is 0 to 128",
        "2001:db8::/1000 | the number of bits after '/' is 0 to 128",
        "10.0.0.1/8    | bits are set after the first 8; the range is 10.0.0.0/8",
        "0.0.0.1/0     | bits are set after the first 0; the range is 0.0.0.0/0",
        "2001:db8::1/64| bits are set after the first 64; the range is 2001:db8::/64",
        "8000::/0      | bits are set after the first 0; the range is ::/0",
        "fe80::1%eth0  | an address with a zone is of one machine only",
        "fe80::%1/10   | an address with a zone is of one machine only",
        ":             | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "1:2:3:4:5:6:7:| a group of an IPv6 address is 1 to 4 hexadecimal digits",
        ":1:2:3:4:5:6:7| a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "12345::       | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "g::           | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "-1::          | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "\u0661::      | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "[::1]         | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "10.0.0.1::    | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "1.2.3.4:80    | a group of an IPv6 address is 1 to 4 hexadecimal digits",
        "::10.0.0.01   | a number of an IPv4 address has no leading zeros",
        "::10.0.1      | an address is four numbers with dots between (IPv4), or IPv6",
        ":::           | '::' stands in an IPv6 address once at most",
        "1::2::3       | '::' stands in an IPv6 address once at most",
        "1:2:3:4:5:6:7 | an IPv6 address is eight groups, or '::' among at most seven",
        "1:2:3:4:5:6:7:8:9 | an IPv6 address is eight groups, or '::' among at most seven",
        "1:2:3:4::5:6:7:8  | an IPv6 address is eight groups, or '::' among at most seven",
        "1:2:3:4:5:6:7:1.2.3.4 | an IPv6 address is eight groups, or '::' among at most seven",
    })
    void anythingElse_isRefusedSayingWhy(String text, String why) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }

    @Test
    void textOfAnyLength_isBounded() {
        for (String text : new String[] {"1".repeat(50), ":".repeat(1 << 20), "1.".repeat(999)}) {
            assertThatThrownBy(() -> Cidr.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a range of addresses is 1 to 49 characters");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true", "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 9.255.255.255, false", "10.0.0.0/8, 11.0.0.0, false",
        "0.0.0.0/0, 255.1.2.3, true", "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false", "192.0.2.128/25, 192.0.2.127, false",
        "2001:db8::/32, 2001:db8:ffff::1, true", "2001:db8::/32, 2001:db9::, false",
        "2001:db8::/64, 2001:db8:0:0:ffff::, true", "2001:db8::/64, 2001:db8:0:1::, false",
        "2001:db8::/65, 2001:db8:0:0:8000::, false", "::1, ::1, true", "::/0, ffff::, true",
        // IPv4 and IPv6 are apart
        "::/0, 10.0.0.1, false", "0.0.0.0/0, ::1, false", "0.0.0.0/0, ::a00:1, false",
        "::a00:1, 10.0.0.1, false", "::/64, 10.0.0.1, false",
        "::ffff:10.0.0.0/104, 10.0.0.1, true",
    })
    void address_isInTheRangeOrNot(String range, String address, boolean in) throws Exception {
        assertThat(Cidr.parse(range).contains(InetAddress.getByName(address))).isEqualTo(in);
    }

    /** The JDK makes IPv4 of most mapped addresses, but not of all. */
    @Test
    void mappedAddressThatStayedIpv6_isTheIpv4AddressInIt() throws Exception {
        byte[] octets = new byte[16];
        octets[10] = -1;
        octets[11] = -1;
        octets[12] = 10;
        InetAddress mapped = Inet6Address.getByAddress(null, octets, 0);
        assertThat(mapped).isInstanceOf(Inet6Address.class);
        assertThat(Cidr.parse("10.0.0.0/8").contains(mapped)).isTrue();
        assertThat(Cidr.parse("11.0.0.0/8").contains(mapped)).isFalse();
        assertThat(Cidr.parse("::/0").contains(mapped)).isFalse();
    }

    @Test
    void zoneOfAnAddress_makesNoDifference() throws Exception {
        byte[] octets = InetAddress.getByName("fe80::1").getAddress();
        assertThat(Cidr.parse("fe80::/10").contains(Inet6Address.getByAddress(null, octets, 3)))
                .isTrue();
    }

    /** Against whole numbers: the first bits of both are the same, or not. */
    @Test
    void anyRange_holdsTheAddressesWithItsFirstBits() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            byte[] network = randomAddress();
            int bits = random.nextInt(network.length * 8 + 1);
            Cidr range = range(network, bits);
            byte[] address = network.clone();
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                int bit = random.nextInt(address.length * 8);
                address[bit / 8] ^= (byte) (0x80 >> bit % 8);
            }
            boolean in = firstBits(network, bits).equals(firstBits(address, bits));
            assertThat(range.contains(InetAddress.getByAddress(address)))
                    .as("%s; %s", range, random)
                    .isEqualTo(in);
        }
    }

    @Test
    void anyRange_holdsTheRangesWithItsFirstBitsThatAreNoWider() {
        for (int i = 0; i < 20_000; i++) {
            byte[] network = randomAddress();
            byte[] other = network.clone();
            int bit = random.nextInt(other.length * 8);
            other[bit / 8] ^= (byte) (random.nextBoolean() ? 0 : 0x80 >> bit % 8);
            int bits = random.nextInt(network.length * 8 + 1);
            int otherBits = random.nextInt(network.length * 8 + 1);
            boolean within = otherBits >= bits
                    && firstBits(network, bits).equals(firstBits(other, bits));
            assertThat(range(network, bits).contains(range(other, otherBits)))
                    .as(random.toString())
                    .isEqualTo(within);
        }
    }

    @ParameterizedTest
    @CsvSource({"::/0, 0.0.0.0/0", "0.0.0.0/0, ::/0", "::/0, 10.0.0.1", "0.0.0.0/0, ::a00:1"})
    void rangeOfTheOtherFamily_isNotHeld(String range, String other) {
        assertThat(Cidr.parse(range).contains(Cidr.parse(other))).isFalse();
    }

    /** What it takes is what it gives back, and what the JDK understands by it. */
    @Test
    void anyMutationOfARange_isReadAsTheJdkReadsItOrRefused() throws Exception {
        String letters = "0123456789abcdefABCDEFg:.%/[]- \u0661";
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] network = randomAddress();
            StringBuilder text = new StringBuilder(written(network));
            for (int edits = random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                char letter = letters.charAt(random.nextInt(letters.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, letter);
                    case 1 -> text.insert(at, letter);
                    default -> text.deleteCharAt(at);
                }
                if (text.length() == 0) {
                    text.append('1');
                }
            }
            taken += isRefusedOrRight(text.toString()) ? 1 : 0;
        }
        assertThat(taken).as(random.toString()).isGreaterThan(4_000);
    }

    private boolean isRefusedOrRight(String text) throws UnknownHostException {
        Cidr range;
        try {
            range = Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
        assertThat(Cidr.parse(range.toString())).as("%s; %s", text, random).isEqualTo(range);
        String address = text.split("/")[0];
        assertThat(address).matches("[0-9a-fA-F:.]+");
        assertThat(range.contains(InetAddress.getByName(address)))
                .as("%s; %s", text, random)
                .isTrue();
        return true;
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/9", "10.0.0.1/32", "11.0.0.0/8", "::a00:0/104"})
    void anotherRange_isNotEqual(String other) {
        assertThat(Cidr.parse("10.0.0.0/8")).isNotEqualTo(Cidr.parse(other));
        assertThat(Cidr.parse("10.0.0.0/8").equals(null)).isFalse();
    }

    private byte[] randomAddress() {
        byte[] address = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(address);
        // runs of zeros, and never a mapped address by chance
        for (int i = 1; i < address.length; i++) {
            address[i] = random.nextInt(3) == 0 ? 0 : address[i];
        }
        address[0] |= 1;
        return address;
    }

    private static Cidr range(byte[] network, int bits) {
        byte[] first = network.clone();
        for (int bit = bits; bit < first.length * 8; bit++) {
            first[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return Cidr.parse(plain(first) + "/" + bits);
    }

    /** Some spelling of an address. */
    private String written(byte[] address) {
        String text = plain(address);
        if (address.length == 16 && random.nextBoolean()) {
            text = Cidr.parse(text).toString().split("/")[0];
        }
        return random.nextBoolean() ? text : text.toUpperCase(Locale.ROOT);
    }

    private static String plain(byte[] address) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < address.length; i += address.length == 4 ? 1 : 2) {
            text.append(i == 0 ? "" : address.length == 4 ? "." : ":");
            text.append(address.length == 4
                    ? Integer.toString(address[i] & 0xff)
                    : String.format("%02x%02x", address[i], address[i + 1]));
        }
        return text.toString();
    }

    private static BigInteger firstBits(byte[] address, int bits) {
        return new BigInteger(1, address).shiftRight(address.length * 8 - bits);
    }
}
