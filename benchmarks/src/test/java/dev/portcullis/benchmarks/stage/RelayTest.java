package dev.portcullis.benchmarks.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private ServerSocket echo;
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread server = new Thread(this::serve);
        server.setDaemon(true);
        server.start();
        relay = new Relay("test", echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        echo.close();
    }

    private void serve() {
        while (true) {
            try {
                Socket client = echo.accept();
                Thread each = new Thread(() -> echo(client));
                each.setDaemon(true);
                each.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void echo(Socket client) {
        try (client; InputStream in = client.getInputStream()) {
            in.transferTo(client.getOutputStream());
        } catch (IOException e) {
            // the other side was cut
        }
    }

    @Test
    void octets_passBothWays() throws IOException {
        try (Socket client = client()) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void heldBack_arrivesWhenHealedAndNotBefore() throws IOException {
        for (Relay.Way way : Relay.Way.values()) {
            try (Socket client = client()) {
                client.getOutputStream().write(1);
                assertThat(client.getInputStream().read()).isEqualTo(1);

                relay.hold(EnumSet.of(way));
                client.getOutputStream().write(2);
                client.setSoTimeout(200);
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class);

                relay.heal();
                client.setSoTimeout(10_000);
                assertThat(client.getInputStream().read()).isEqualTo(2);
            }
        }
    }

    @Test
    void delayed_arrivesLater() throws IOException {
        relay.delay(150);
        try (Socket client = client()) {
            long start = System.nanoTime();
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            // once each way
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000L);
        }
    }

    @Test
    void cut_endsConnectionsAndTakesNoneUntilHealed() throws IOException {
        try (Socket client = client()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);

            relay.cut();
            assertThat(isEnded(client)).isTrue();
            try (Socket another = client()) {
                assertThat(isEnded(another)).isTrue();
            }
            relay.heal();
        }
        try (Socket client = client()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
    }

    private static boolean isEnded(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    private Socket client() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        client.setSoTimeout(10_000);
        return client;
    }
}
