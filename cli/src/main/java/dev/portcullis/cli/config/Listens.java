package dev.portcullis.cli.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** From configured addresses to addresses that can be bound. */
public final class Listens {
    private Listens() {}

    /**
     * The address of a setting that has one, its name looked up, which may block.
     *
     * @throws ConfigException when the name is not known
     */
    public static InetSocketAddress resolve(Configuration config, Setting<Address> setting) {
        Address address = config.get(setting);
        InetSocketAddress resolved = address.resolve();
        if (resolved.isUnresolved()) {
            Mistakes mistakes = new Mistakes();
            mistakes.add(config.origin(setting),
                    setting.key() + ": the host '" + address.host() + "' is not known");
            mistakes.throwIfAny();
        }
        return resolved;
    }

    /**
     * Makes sure that all of these addresses can be listened on, before anything else is begun. It
     * blocks for moments. An address may still be taken between this and its use.
     *
     * @throws ConfigException names every one that cannot, and where it was configured
     */
    public static void requireFree(Configuration config, List<Setting<Address>> settings) {
        Mistakes mistakes = new Mistakes();
        for (Setting<Address> setting : settings) {
            if (config.get(setting) == null) {
                continue;
            }
            InetSocketAddress address = resolve(config, setting);
            try (ServerSocket probe = new ServerSocket()) {
                // what was left behind by connections of an earlier run is no obstacle
                probe.setReuseAddress(true);
                probe.bind(address);
            } catch (IOException e) {
                mistakes.add(config.origin(setting), setting.key() + ": cannot listen on "
                        + Address.of(address) + " (" + e.getMessage() + "); is another process "
                        + "using it? Choose another address, or port 0 for a free one");
            }
        }
        mistakes.throwIfAny();
    }
}
