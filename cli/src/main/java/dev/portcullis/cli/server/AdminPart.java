package dev.portcullis.cli.server;

import dev.portcullis.admin.AdminServer;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.config.AdminMapping;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.LinkMapping;
import dev.portcullis.cli.config.Settings;
import java.security.SecureRandom;
import java.time.Clock;

/** The admin-service within a process, and its certificates towards gateways. */
final class AdminPart implements AutoCloseable {
    private final AdminServer server;
    /** Null where no TLS is spoken with gateways. */
    private final LinkCertificates certificates;

    private AdminPart(AdminServer server, LinkCertificates certificates) {
        this.server = server;
        this.certificates = certificates;
    }

    /**
     * Opens the store; nothing listens yet.
     *
     * @throws CommandException when it cannot be had: a message fit for an operator
     */
    static AdminPart create(Configuration config, SecureRandom random) {
        LinkCertificates certificates = config.get(Settings.ORIGIN_TLS_CERTIFICATE) == null
                ? null
                : LinkCertificates.of(LinkMapping.adminFiles(config));
        try {
            AdminServer server = AdminServer.create(
                    AdminMapping.admin(
                            config, certificates == null ? null : certificates.server()),
                    new AdminServer.Surroundings(Clock.systemUTC(), System::nanoTime, random));
            return new AdminPart(server, certificates);
        } catch (StartException e) {
            close(certificates);
            throw new CommandException(ExitCode.REFUSED, e.getMessage());
        } catch (RuntimeException e) {
            close(certificates);
            throw e;
        }
    }

    private static void close(LinkCertificates certificates) {
        if (certificates != null) {
            certificates.close();
        }
    }

    /** @throws CommandException when an address cannot be listened on */
    void listen() {
        try {
            server.start();
        } catch (StartException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
    }

    AdminServer server() {
        return server;
    }

    /** What is spoken with gateways; null where that is no TLS. */
    LinkCertificates certificates() {
        return certificates;
    }

    void reloadCertificates() {
        if (certificates != null) {
            certificates.reload();
        }
    }

    @Override
    public void close() {
        server.close();
        close(certificates);
    }
}
