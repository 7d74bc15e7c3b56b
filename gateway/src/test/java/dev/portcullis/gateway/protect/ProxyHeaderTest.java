package dev.portcullis.gateway.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.protect.ProxyHeader.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = "cb007107" + "0a000001" + "1267" + "01bb";
    private static final String V6_ADDRESS = "20010db8000000000000000000000001";
    private static final String V6 = V6_ADDRESS + V6_ADDRESS + "126701bb";
    private static final String REST = "GET / HTTP/1.1\r\n";

    private final ProxyHeader header = new ProxyHeader();

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.7 10.0.0.1 4711 443, 203.0.113.7",
        "PROXY TCP4 203.0.113.7 10.0.0.1 0 65535, 203.0.113.7",
        "PROXY TCP6 2001:db8::7 ::1 4711 443, 2001:db8::7",
        "PROXY TCP6 ::ffff:203.0.113.7 ::ffff:10.0.0.1 4711 443, 203.0.113.7"
    })
    void line_namesTheSource(String line, String source) throws Exception {
        ByteBuf in = ascii(line + "\r\n" + REST);

        assertThat(header.read(in)).isEqualTo(Progress.COMPLETE);
        assertThat(header.source()).isEqualTo(InetAddress.getByName(source));
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo(REST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN", "PROXY UNKNOWN ", "PROXY UNKNOWN ff:fe zz\0 70000"})
    void lineOfNobodyKnown_leavesThePeer(String line) {
        ByteBuf in = ascii(line + "\r\n" + REST);

        assertThat(header.read(in)).isEqualTo(Progress.COMPLETE);
        assertThat(header.source()).isNull();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo(REST);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\n", "proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXYTCP4", "\r\n\r\n\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\rX",
        "PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1.1  2.2.2.2 1 2\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 \r\n",
        "PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n",
        "PROXY TCP4 ::1 ::2 1 2\r\n", "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n",
        "PROXY TCP6 ::1 2.2.2.2 1 2\r\n", "PROXY TCP6 fe80::1%eth0 ::2 1 2\r\n",
        "PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 localhost 2.2.2.2 1 2\r\n",
        "PROXY UNKNOWNX\r\n", "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 1.1.1.1\t2.2.2.2 1 2\r\n"
    })
    void lineThatIsNone_isRefused(String line) {
        assertThat(header.read(ascii(line + REST))).isEqualTo(Progress.REFUSED);
        assertThat(header.source()).isNull();
    }

    @Test
    void line_isBounded() {
        String longest = "PROXY UNKNOWN " + "x".repeat(ProxyHeader.LINE_MAX - 16);
        assertThat(header.read(ascii(longest + "\r\n"))).isEqualTo(Progress.COMPLETE);

        assertThat(new ProxyHeader().read(ascii(longest + "x\r\n"))).isEqualTo(Progress.REFUSED);
        assertThat(new ProxyHeader().read(ascii(longest + "xx"))).isEqualTo(Progress.REFUSED);
        assertThat(new ProxyHeader().read(ascii(longest + "x"))).isEqualTo(Progress.INCOMPLETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "21 11 000c " + V4,
        "21 11 0010 " + V4 + " 04 0001 00",
        "21 11 0018 " + V4 + " 01 0002 6832 ea 0004 00010203",
        "21 11 000f " + V4 + " 04 0000"
    })
    void octetsOfIpv4_nameTheSource(String octets) throws Exception {
        ByteBuf in = octets(octets);

        assertThat(header.read(in)).isEqualTo(Progress.COMPLETE);
        assertThat(header.source()).isEqualTo(InetAddress.getByName("203.0.113.7"));
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo(REST);
    }

    @Test
    void octetsOfIpv6_nameTheSource() throws Exception {
        assertThat(header.read(octets("21 21 0024 " + V6))).isEqualTo(Progress.COMPLETE);
        assertThat(header.source()).isEqualTo(InetAddress.getByName("2001:db8::1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "20 00 0000", "20 11 000c " + V4, "20 00 0003 ffffff", "21 00 0000", "21 00 0005 0102030405"
    })
    void octetsOfTheProxyItself_leaveThePeer(String octets) {
        ByteBuf in = octets(octets);

        assertThat(header.read(in)).isEqualTo(Progress.COMPLETE);
        assertThat(header.source()).isNull();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo(REST);
    }

    @Test
    void octetsOfALocalSocket_leaveThePeer() {
        assertThat(header.read(octets("21 31 00d8 " + "00".repeat(216))))
                .isEqualTo(Progress.COMPLETE);
        assertThat(header.source()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "11 11 000c " + V4, "31 11 000c " + V4, "22 11 000c " + V4, "2f 11 000c " + V4,
        "21 12 000c " + V4, "21 22 0024 " + V6, "21 41 000c " + V4, "21 10 000c " + V4,
        "21 1f 000c " + V4, "20 ff 0000", "21 11 000b " + V4, "21 11 0000", "21 21 000c " + V4,
        "21 11 000d " + V4 + " 04", "21 11 000e " + V4 + " 0400",
        "21 11 0010 " + V4 + " 04 0002 00",
        "21 11 2001 " + V4, "21 11 ffff " + V4, "20 00 ffff",
        "21 11 0013 " + V4 + " 03 0004 00000000", "21 11 0011 " + V4 + " 03 0002 0000"
    })
    void octetsThatAreNone_areRefused(String octets) {
        assertThat(header.read(octets(octets))).isEqualTo(Progress.REFUSED);
        assertThat(header.source()).isNull();
    }

    @Test
    void checksum_isVerified() {
        byte[] whole = hex(SIGNATURE + "21110013" + V4 + "03000400000000");
        CRC32C sum = new CRC32C();
        sum.update(whole, 0, whole.length);
        ByteBuf in = Unpooled.wrappedBuffer(whole);
        in.setInt(whole.length - 4, (int) sum.getValue());
        assertThat(header.read(in.duplicate())).isEqualTo(Progress.COMPLETE);

        in.setByte(20, in.getByte(20) + 1);
        assertThat(new ProxyHeader().read(in)).isEqualTo(Progress.REFUSED);
    }

    @Test
    void headerInPieces_waitsForTheLastAndTakesNothingBefore() {
        byte[] octets = hex(SIGNATURE + "21110010" + V4 + "04000100");
        for (byte[] whole : new byte[][] {
            octets, "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n".getBytes(StandardCharsets.US_ASCII)
        }) {
            ProxyHeader pieces = new ProxyHeader();
            for (int length = 0; length < whole.length; length++) {
                ByteBuf in = Unpooled.wrappedBuffer(whole, 0, length);
                assertThat(pieces.read(in)).isEqualTo(Progress.INCOMPLETE);
                assertThat(in.readableBytes()).isEqualTo(length);
            }
            assertThat(pieces.read(Unpooled.wrappedBuffer(whole))).isEqualTo(Progress.COMPLETE);
        }
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuf octets(String hex) {
        return Unpooled.wrappedBuffer(
                hex(SIGNATURE + hex.replace(" ", "")), REST.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
