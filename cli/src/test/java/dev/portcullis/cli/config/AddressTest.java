package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressTest {
    @Test
    void socketAddress_isWrittenAsInConfiguration() throws UnknownHostException {
        assertThat(Address.of(socket("127.0.0.1", 7070))).hasToString("127.0.0.1:7070");
        Address six = Address.of(socket("::1", 7070));
        assertThat(six).hasToString("[0:0:0:0:0:0:0:1]:7070");
        assertThat(Address.of(six.toString())).isEqualTo(six);
    }

    private static InetSocketAddress socket(String literal, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(literal), port);
    }
}
