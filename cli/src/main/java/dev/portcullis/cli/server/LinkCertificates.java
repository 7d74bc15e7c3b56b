package dev.portcullis.cli.server;

import dev.portcullis.gateway.tls.LinkFiles;
import dev.portcullis.gateway.tls.LinkTls;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Certificates of the link between gateways and admin-service, as gRPC takes them; their files are
 * looked at every two seconds. Any thread.
 */
final class LinkCertificates implements AutoCloseable {
    private static final long LOOK_SECONDS = 2;

    private final LinkFiles files;
    private final LinkTls tls;
    private final ScheduledExecutorService looking;

    private LinkCertificates(LinkFiles files, LinkTls tls) {
        this.files = files;
        this.tls = tls;
        looking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "portcullis-link-certificates");
            thread.setDaemon(true);
            return thread;
        });
        looking.scheduleWithFixedDelay(
                tls::reload, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** @throws dev.portcullis.gateway.tls.TlsFilesException when there are mistakes in the files */
    static LinkCertificates of(LinkFiles files) {
        return new LinkCertificates(files, new LinkTls(files, InstantSource.system()));
    }

    /** What the admin-service shows, and asks for where it knows authorities of gateways. */
    ServerCredentials server() {
        TlsServerCredentials.Builder builder =
                TlsServerCredentials.newBuilder().keyManager(tls.keys());
        if (files.ca() != null) {
            builder.trustManager(tls.trust())
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
        }
        return builder.build();
    }

    /** Whom a gateway believes, and what it shows where it has something to show. */
    ChannelCredentials client() {
        TlsChannelCredentials.Builder builder =
                TlsChannelCredentials.newBuilder().trustManager(tls.trust());
        if (files.certificate() != null) {
            builder.keyManager(tls.keys());
        }
        return builder.build();
    }

    LinkTls tls() {
        return tls;
    }

    void reload() {
        tls.reload();
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
