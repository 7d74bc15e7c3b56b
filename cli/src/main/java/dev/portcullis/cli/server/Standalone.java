package dev.portcullis.cli.server;

import dev.portcullis.cli.config.Address;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Listens;
import dev.portcullis.cli.config.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gateway and admin-service in one process. */
public final class Standalone extends ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);

    private AdminPart admin;
    private volatile GatewayPart gateway;

    private Standalone(Configuration config) {
        super(config);
    }

    /**
     * Starts everything. It answers requests when this returns, though with 503 until {@link
     * #notReady} is null.
     *
     * @throws dev.portcullis.cli.CommandException when something cannot be had: a message fit for
     *     an operator
     * @throws dev.portcullis.cli.config.ConfigException when addresses cannot be listened on, or
     *     are not known: all of them
     */
    public static Standalone start(Configuration config) {
        return started(new Standalone(config));
    }

    @Override
    void startParts() {
        Configuration config = configuration();
        Listens.requireFree(config, List.of(Settings.LISTEN, Settings.TLS_LISTEN,
                Settings.ADMIN_LISTEN, Settings.REST_LISTEN, Settings.ORIGIN_LISTEN,
                Settings.MANAGEMENT_LISTEN, Settings.EXTERNAL_AUTHORIZATION_LISTEN));
        admin = keep(AdminPart.create(config, random()));
        startManagement();
        OriginLink origin = keep(OriginLink.start(admin.server().originService()));
        admin.listen();
        GatewayPart created = keep(GatewayPart.create(config, origin.channel(), random()));
        created.start();
        admin.server().explainBy(created.gateway().accessRules());
        gateway = created;
        metrics().register(new GatewayMetrics(created.gateway()));
        metrics().register(new OriginMetrics(admin));
        metrics().register(new DatabaseMetrics(admin.server()));
        LOG.info("listening: gateway {}, admin {}, rest {}, management {}{}{}{}",
                Address.of(gatewayAddress()), Address.of(adminAddress()),
                Address.of(restAddress()), Address.of(managementAddress()),
                named("tls", tlsAddress()), named("origin", admin.server().originAddress()),
                named("external authorisation", created.gateway().externalAuthorization()));
    }

    @Override
    String partsNotReady() {
        GatewayPart current = gateway;
        return current == null ? "starting" : current.notReady();
    }

    @Override
    void serve(Configuration loaded) {
        gateway.serve(loaded);
    }

    @Override
    void reloadCertificates() {
        gateway.gateway().reloadCertificates();
        admin.reloadCertificates();
    }

    @Override
    void drain() {
        gateway.drain();
    }

    /** Where the gateway listens. */
    public InetSocketAddress gatewayAddress() {
        return gateway.gateway().address();
    }

    /** Where the gateway listens with TLS; null when it does not. */
    public InetSocketAddress tlsAddress() {
        return gateway.tlsAddress();
    }

    /** Where the admin API is served over gRPC. */
    public InetSocketAddress adminAddress() {
        return admin.server().grpcAddress();
    }

    /** Where the admin API is served over REST. */
    public InetSocketAddress restAddress() {
        return admin.server().restAddress();
    }

    /** Where the first administrator's token is, or was, written. */
    public Path bootstrapTokenFile() {
        return admin.server().bootstrapTokenFile();
    }
}
