package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.counter;
import static dev.portcullis.cli.server.Snapshots.gauge;

import dev.portcullis.gateway.origin.OriginChannel;
import dev.portcullis.gateway.tls.LinkTls;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What one end of the link between gateways and admin-service counts. */
final class LinkMetrics implements MultiCollector {
    private final LinkCertificates certificates;
    private final OriginChannel channel;

    /**
     * Of one end.
     *
     * @param certificates null where no TLS is spoken
     * @param channel to the admin-service; null at the admin-service itself
     */
    LinkMetrics(LinkCertificates certificates, OriginChannel channel) {
        this.certificates = certificates;
        this.channel = channel;
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        if (channel != null) {
            all.add(counter("portcullis_origin_moves",
                    "How often another replica of the admin-service had its turn.",
                    channel.moves()));
        }
        if (certificates != null) {
            tls(certificates.tls(), all);
        }
        return new MetricSnapshots(all);
    }

    private static void tls(LinkTls tls, List<MetricSnapshot> all) {
        all.add(counter("portcullis_link_certificates_distrusted",
                "Certificates of the other end that were not believed.", tls.distrusted()));
        Instant expiry = tls.expiry();
        if (expiry != null) {
            all.add(gauge("portcullis_link_certificate_expiry_timestamp_seconds",
                    "When the certificate that this end shows expires.",
                    expiry.toEpochMilli() / 1e3));
        }
    }
}
