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

/** The admin-service in a process of its own. */
public final class AdminProcess extends ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(AdminProcess.class);

    private volatile AdminPart admin;

    private AdminProcess(Configuration config) {
        super(config);
    }

    /**
     * Starts everything.
     *
     * @throws dev.portcullis.cli.CommandException when something cannot be had: a message fit for
     *     an operator
     * @throws dev.portcullis.cli.config.ConfigException when addresses cannot be listened on, or
     *     are not known: all of them
     */
    public static AdminProcess start(Configuration config) {
        return started(new AdminProcess(config));
    }

    @Override
    void startParts() {
        Configuration config = configuration();
        Listens.requireFree(config, List.of(Settings.ADMIN_LISTEN, Settings.REST_LISTEN,
                Settings.ORIGIN_LISTEN, Settings.MANAGEMENT_LISTEN));
        AdminPart created = keep(AdminPart.create(config, random()));
        startManagement();
        created.listen();
        admin = created;
        metrics().register(new OriginMetrics(created));
        metrics().register(new LinkMetrics(created.certificates(), null));
        metrics().register(new DatabaseMetrics(created.server()));
        LOG.info("listening: admin {}, rest {}, management {}{}",
                Address.of(adminAddress()), Address.of(restAddress()),
                Address.of(managementAddress()), named("origin", originAddress()));
    }

    @Override
    String partsNotReady() {
        AdminPart current = admin;
        if (current == null) {
            return "starting";
        }
        return current.server().isReady() ? null : "the database does not answer";
    }

    /** There are no applications here. */
    @Override
    void serve(Configuration loaded) {}

    @Override
    void reloadCertificates() {
        admin.reloadCertificates();
    }

    /** Calls end when the servers close. */
    @Override
    void drain() {}

    /** Where gateways connect; null: nowhere. */
    public InetSocketAddress originAddress() {
        return admin.server().originAddress();
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
