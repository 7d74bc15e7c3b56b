package dev.portcullis.gateway.origin;

/**
 * Where a replica of the admin-service takes gateways.
 *
 * @param host a name, or an address without brackets; what its certificate must be for
 */
public record OriginAddress(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
