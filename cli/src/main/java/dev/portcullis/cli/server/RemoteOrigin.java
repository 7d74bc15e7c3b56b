package dev.portcullis.cli.server;

import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.LinkMapping;
import dev.portcullis.cli.config.Settings;
import dev.portcullis.gateway.origin.OriginChannel;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import java.security.SecureRandom;

/** The origin in another process: the way there, with the certificates and the credential. */
final class RemoteOrigin implements AutoCloseable {
    /** Null where no TLS is spoken: on loopback addresses alone. */
    private final LinkCertificates certificates;
    private final EnrolmentToken token;
    private final OriginChannel channel;

    private RemoteOrigin(
            LinkCertificates certificates, EnrolmentToken token, OriginChannel channel) {
        this.certificates = certificates;
        this.token = token;
        this.channel = channel;
    }

    /** Nothing is connected to before it is used. */
    static RemoteOrigin of(Configuration config, SecureRandom random) {
        EnrolmentToken token = EnrolmentToken.in(config.get(Settings.ORIGIN_TOKEN_FILE));
        LinkCertificates certificates = config.get(Settings.ORIGIN_CA) == null
                ? null
                : LinkCertificates.of(LinkMapping.gatewayFiles(config));
        ChannelCredentials credentials = certificates == null
                ? InsecureChannelCredentials.create()
                : certificates.client();
        OriginChannel channel = new OriginChannel(
                LinkMapping.addresses(config), credentials, token::text, random.nextInt(),
                System::nanoTime);
        return new RemoteOrigin(certificates, token, channel);
    }

    OriginChannel channel() {
        return channel;
    }

    /** Null where no TLS is spoken. */
    LinkCertificates certificates() {
        return certificates;
    }

    /** Looks at the files of certificates and of the credential now. */
    void reload() {
        token.reload();
        if (certificates != null) {
            certificates.reload();
        }
    }

    @Override
    public void close() {
        channel.close();
        token.close();
        if (certificates != null) {
            certificates.close();
        }
    }
}
