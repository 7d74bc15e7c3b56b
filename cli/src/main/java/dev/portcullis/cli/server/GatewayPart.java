package dev.portcullis.cli.server;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.GatewayMapping;
import dev.portcullis.cli.config.Listens;
import dev.portcullis.cli.config.Settings;
import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayEnvironment;
import io.grpc.Channel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway within a process. */
final class GatewayPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayPart.class);

    /** On top of the drain time-out, which the gateway itself keeps. */
    private static final Duration DRAIN_GRACE = Duration.ofSeconds(2);

    private final Configuration config;
    private final Gateway gateway;
    private volatile boolean started;

    private GatewayPart(Configuration config, Gateway gateway) {
        this.config = config;
        this.gateway = gateway;
    }

    /** One that does not listen yet. */
    static GatewayPart create(Configuration config, Channel origin, SecureRandom random) {
        return new GatewayPart(config, Gateway.create(GatewayMapping.gateway(config), origin,
                new GatewayEnvironment(Clock.systemUTC(), System::nanoTime, random)));
    }

    /** @throws CommandException when something cannot be had: a message fit for an operator */
    void start() {
        try {
            gateway.start();
        } catch (IOException e) {
            if (e.getCause() instanceof BindException) {
                throw ServerProcess.cannotListen(Settings.LISTEN.key(),
                        Listens.resolve(config, Settings.LISTEN), (IOException) e.getCause());
            }
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
        started = true;
    }

    Gateway gateway() {
        return gateway;
    }

    /** Null when it can verify. */
    String notReady() {
        if (!started) {
            return "starting";
        }
        return gateway.ready() ? null : "the gateway holds no lease of the admin-service";
    }

    /** Where it listens with TLS; null when it does not. */
    InetSocketAddress tlsAddress() {
        // the second of the listeners, as they are mapped
        return config.get(Settings.TLS_LISTEN) == null ? null : gateway.addresses().get(1);
    }

    void serve(Configuration loaded) {
        gateway.serve(GatewayMapping.applications(loaded));
    }

    void drain() {
        Duration limit = config.get(Settings.DRAIN_TIMEOUT).plus(DRAIN_GRACE);
        try {
            gateway.drain().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the gateway did not drain", e);
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
