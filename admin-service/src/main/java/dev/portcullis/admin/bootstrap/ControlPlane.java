package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.service.Authenticator;
import dev.portcullis.admin.service.Bindings;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.Users;
import dev.portcullis.admin.store.StartException;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The admin-service without its listeners. */
public final class ControlPlane implements AutoCloseable {
    private ControlPlane() {}

    /**
     * Opens the store (migrating it where needed), makes the first administrator where there is none,
     * and starts the feed.
     *
     * @param clock wall clock
     * @param nanoTime monotonic clock, as {@link System#nanoTime}
     * @param random a secure generator
     * @throws StartException when the database cannot or must not be used
     */
    public static ControlPlane start(
            ControlPlaneConfig config,
            InstantSource clock,
            LongSupplier nanoTime,
            RandomGenerator random)
            throws StartException {
        throw new UnsupportedOperationException();
    }

    public Users users() {
        throw new UnsupportedOperationException();
    }

    public Bindings bindings() {
        throw new UnsupportedOperationException();
    }

    public Tokens tokens() {
        throw new UnsupportedOperationException();
    }

    public Authenticator authenticator() {
        throw new UnsupportedOperationException();
    }

    public Barrier barrier() {
        throw new UnsupportedOperationException();
    }

    /**
     * The service that gateways speak to.
     *
     * @param inProcess whether its gateways live and die with this process
     */
    public BindableService origin(boolean inProcess) {
        throw new UnsupportedOperationException();
    }

    /** Whether the first start made an administrator, whose token is in the configured file. */
    public boolean madeAdministrator() {
        throw new UnsupportedOperationException();
    }

    /** Whether the database answers. */
    public boolean isReady() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
