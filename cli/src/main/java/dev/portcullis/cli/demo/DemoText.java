package dev.portcullis.cli.demo;

import dev.portcullis.cli.config.Address;
import dev.portcullis.cli.server.Standalone;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** What the demo prints: where everything is, and lines to paste. */
record DemoText(Standalone standalone, EchoUpstream upstream, Path data, DemoUsers users) {
    private static final String CURL = "curl -i -H \"Authorization: Bearer $";

    @Override
    public String toString() {
        return """

                Portcullis is up, in front of an upstream that answers with what it saw.

                  gateway     http://%s
                  admin       %s (gRPC), http://%s (REST)
                  management  http://%s/metrics
                  upstream    http://%s
                  data        %s

                Paste into another terminal, in this directory:

                %s
                Ctrl-C stops it. Each request is logged below.

                """.formatted(reachable(standalone.gatewayAddress()),
                reachable(standalone.adminAddress()), reachable(standalone.restAddress()),
                reachable(standalone.managementAddress()), reachable(upstream.address()), data,
                (requests() + commands()).indent(2).stripTrailing().concat("\n"));
    }

    private String requests() {
        String url = "http://" + reachable(standalone.gatewayAddress()) + "/hello";
        return """
                READER=%s
                WRITER=%s

                # a reader may read: 200, and the upstream saw who it is but not the token
                %sREADER" %s
                # a reader may not write: 403
                %sREADER" -d hi %s
                # a writer may, by the role of the group %s: 200
                %sWRITER" -d hi %s
                # nobody may without a token: 401
                curl -i %s

                """.formatted(users.reader().getPlainToken(), users.writer().getPlainToken(),
                CURL, url, CURL, url, DemoUsers.GROUP, CURL, url, url);
    }

    private String commands() {
        String url = "http://" + reachable(standalone.gatewayAddress()) + "/hello";
        return """
                export PORTCULLIS_ADMIN=%s
                export PORTCULLIS_REST=http://%s
                export PORTCULLIS_TOKEN_FILE=%s

                # a new token in place of the writer's: both work for 5 minutes
                ./portcullis token rotate %s --overlap 5m
                # an API key is exchanged for a token that lives an hour
                PORTCULLIS_KEY=%s ./portcullis key exchange
                # revoke the reader's token
                ./portcullis token revoke %s
                # and the very next request gets 401
                %sREADER" %s
                # all of that was written down, and nothing has been altered since
                ./portcullis audit list
                ./portcullis audit verify

                """.formatted(reachable(standalone.adminAddress()),
                reachable(standalone.restAddress()), quoted(standalone.bootstrapTokenFile()),
                users.writer().getToken().getId(), users.key().getPlainSecret(),
                users.reader().getToken().getId(), CURL, url);
    }

    /** Where to connect to: an address that stands for all is reached by the loopback one. */
    private static Address reachable(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? new Address("127.0.0.1", address.getPort())
                : Address.of(address);
    }

    /** For a POSIX shell. */
    private static String quoted(Path path) {
        String text = path.toAbsolutePath().toString();
        return text.matches("[A-Za-z0-9/._-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
