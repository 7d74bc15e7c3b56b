package dev.portcullis.cli.config;

import dev.portcullis.gateway.origin.OriginAddress;
import dev.portcullis.gateway.tls.LinkFiles;
import java.util.List;

/** From the configuration to the link between gateways and admin-service. */
public final class LinkMapping {
    private LinkMapping() {}

    /** The files of the admin-service's end. */
    public static LinkFiles adminFiles(Configuration config) {
        return new LinkFiles(
                config.get(Settings.ORIGIN_TLS_CERTIFICATE),
                config.get(Settings.ORIGIN_TLS_KEY),
                config.get(Settings.ORIGIN_TLS_CLIENT_CA));
    }

    /** The files of a gateway's end. */
    public static LinkFiles gatewayFiles(Configuration config) {
        return new LinkFiles(
                config.get(Settings.ORIGIN_CERTIFICATE),
                config.get(Settings.ORIGIN_KEY),
                config.get(Settings.ORIGIN_CA));
    }

    /** Where a gateway finds the admin-service. */
    public static List<OriginAddress> addresses(Configuration config) {
        return config.get(Settings.ORIGIN).stream()
                .map(address -> new OriginAddress(address.host(), address.port()))
                .toList();
    }
}
