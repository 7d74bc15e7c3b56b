package dev.portcullis.cli.config;

import java.net.InetSocketAddress;

/** From configured addresses to addresses that can be bound. */
public final class Listens {
    private Listens() {}

    /**
     * The address of a setting, its name looked up, which may block.
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
}
