package dev.portcullis.gateway.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.AddressText;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Source;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    private static final String PROXY = "10.0.0.1";
    private static final String CLIENT = "203.0.113.7";

    private final TrustedProxies proxies = new TrustedProxies(
            List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));

    @Test
    void nobodyTrusted_peerIsTheSource() {
        Source peer = Source.of(address(PROXY));

        assertThat(TrustedProxies.NONE.resolve(peer, head("X-Forwarded-For: " + CLIENT)))
                .isSameAs(peer);
        assertThat(TrustedProxies.NONE.trusts(peer.address())).isFalse();
    }

    @Test
    void strangersWord_isNotTaken() {
        Source peer = Source.of(address("192.0.2.1"));

        assertThat(proxies.resolve(peer, head("X-Forwarded-For: " + CLIENT))).isSameAs(peer);
    }

    @Test
    void unknownPeer_staysUnknown() {
        assertThat(proxies.resolve(Source.UNKNOWN, head("X-Forwarded-For: " + CLIENT)))
                .isSameAs(Source.UNKNOWN);
    }

    @Test
    void trustedPeerWithoutTheField_isTheSourceItself() {
        Source peer = Source.of(address(PROXY));

        assertThat(proxies.resolve(peer, head())).isSameAs(peer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "203.0.113.7                              | 203.0.113.7",
        "203.0.113.7, 10.1.1.1                    | 203.0.113.7",
        "1.1.1.1, 203.0.113.7, 10.1.1.1, fd00::1  | 203.0.113.7",
        "203.0.113.7:4711                         | 203.0.113.7",
        "203.0.113.7,10.1.1.1:80                  | 203.0.113.7",
        "2001:db8::1                              | 2001:db8::1",
        "[2001:db8::1]                            | 2001:db8::1",
        "[2001:db8::1]:443                        | 2001:db8::1",
        "::ffff:203.0.113.7                       | 203.0.113.7",
        "203.0.113.7, [fd00::2]:9, 10.2.2.2       | 203.0.113.7",
        "10.3.3.3, 10.2.2.2                       | 10.3.3.3"
    })
    void trustedProxiesWord_isFollowedToTheFirstStranger(String list, String source) {
        assertThat(resolved("X-Forwarded-For: " + list)).isEqualTo(address(source));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "203.0.113.7, ", "203.0.113.7,", "203.0.113.7,, ", "203.0.113.7, unknown",
        "203.0.113.7, _hidden", "203.0.113.7, 1.2.3", "203.0.113.7, 010.0.0.2", "", ",",
        "203.0.113.7, [10.0.0.2]", "203.0.113.7, [fd00::1", "203.0.113.7, fd00::1]",
        "203.0.113.7, [fd00::1]443", "203.0.113.7, 10.0.0.2:", "203.0.113.7, 10.0.0.2:x",
        "203.0.113.7, 10.0.0.2:123456", "203.0.113.7, fd00::1%eth0", "203.0.113.7, localhost",
        "203.0.113.7, \"10.0.0.2\"", "203.0.113.7, []", "203.0.113.7, [", "203.0.113.7, :80",
        "203.0.113.7, for=10.0.0.2"
    })
    void entryThatIsNoAddress_endsTheWalkAtThePeer(String list) {
        assertThat(resolved("X-Forwarded-For: " + list)).isEqualTo(address(PROXY));
    }

    @Test
    void entryThatIsNoAddress_endsTheWalkAtTheProxyBeforeIt() {
        assertThat(resolved("X-Forwarded-For: 203.0.113.7, bad, 10.2.2.2"))
                .isEqualTo(address("10.2.2.2"));
    }

    @Test
    void severalFields_areOneList() {
        assertThat(resolved("X-Forwarded-For: 1.1.1.1, 203.0.113.7", "Accept: x",
                "x-forwarded-for: 10.1.1.1"))
                .isEqualTo(address(CLIENT));
    }

    @Test
    void otherNamesAndSpellings_areNotObeyed() {
        assertThat(resolved("X_Forwarded-For: 1.1.1.1", "X-Forwarded-Foo: 2.2.2.2",
                "X-Forwarded-Fo: 3.3.3.3", "Forwarded: for=4.4.4.4"))
                .isEqualTo(address(PROXY));
    }

    @Test
    void moreProxiesThanMayBe_lastOfThemIsTheSource() {
        String hops = "10.9.9.9, ".repeat(TrustedProxies.HOPS_MAX + 5);

        assertThat(resolved("X-Forwarded-For: 203.0.113.7, " + hops + "10.9.9.9"))
                .isEqualTo(address("10.9.9.9"));
    }

    @Test
    void certificate_isThePeersAndNotThatOfWhomItSpeaksFor() {
        Fingerprint certificate = Fingerprint.parse("ab".repeat(32));
        Source peer = new Source(address(PROXY), certificate);

        assertThat(proxies.resolve(peer, head()).certificate()).isEqualTo(certificate);
        assertThat(proxies.resolve(peer, head("X-Forwarded-For: " + CLIENT)))
                .isEqualTo(Source.of(address(CLIENT)));
    }

    private InetAddress resolved(String... fields) {
        return proxies.resolve(Source.of(address(PROXY)), head(fields)).address();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByAddress(AddressText.read(text));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static RequestHead head(String... fields) {
        RequestHead head = new RequestHead(new HeadLimits(32 * 1024, 8192, 100));
        String text = "GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields)
                + (fields.length == 0 ? "\r\n" : "\r\n\r\n");
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(head.read(Unpooled.wrappedBuffer(octets))).isEqualTo(Progress.COMPLETE);
        return head;
    }
}
