package dev.portcullis.cli.server;

import dev.portcullis.cli.config.Address;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Listens;
import dev.portcullis.cli.config.Settings;
import java.net.InetSocketAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway in a process of its own. */
public final class GatewayProcess extends ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);

    private RemoteOrigin origin;
    private volatile GatewayPart gateway;

    private GatewayProcess(Configuration config) {
        super(config);
    }

    /**
     * Starts everything. It answers requests when this returns, though with 503 until {@link
     * #notReady} is null: the admin-service need not be there yet.
     *
     * @throws dev.portcullis.cli.CommandException when something cannot be had: a message fit for
     *     an operator
     * @throws dev.portcullis.cli.config.ConfigException when addresses cannot be listened on, or
     *     are not known: all of them
     */
    public static GatewayProcess start(Configuration config) {
        return started(new GatewayProcess(config));
    }

    @Override
    void startParts() {
        Configuration config = configuration();
        Listens.requireFree(config, List.of(Settings.LISTEN, Settings.TLS_LISTEN,
                Settings.MANAGEMENT_LISTEN, Settings.EXTERNAL_AUTHORIZATION_LISTEN));
        startManagement();
        origin = keep(RemoteOrigin.of(config, random()));
        GatewayPart created = keep(GatewayPart.create(config, origin.channel(), random()));
        created.start();
        gateway = created;
        metrics().register(new GatewayMetrics(created.gateway()));
        metrics().register(new LinkMetrics(origin.certificates(), origin.channel()));
        LOG.info("listening: gateway {}, management {}{}{}; origin {}",
                Address.of(gatewayAddress()), Address.of(managementAddress()),
                named("tls", tlsAddress()),
                named("external authorisation", created.gateway().externalAuthorization()),
                config.get(Settings.ORIGIN));
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
        origin.reload();
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
}
