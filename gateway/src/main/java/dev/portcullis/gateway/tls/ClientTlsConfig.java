package dev.portcullis.gateway.tls;

import java.nio.file.Path;
import java.util.List;

/**
 * TLS where the gateway is the client. The server's certificate is always verified, its name too.
 * Immutable; no field is null unless it says so.
 *
 * @param ca PEM file of the authorities believed; null: those of the machine
 * @param certificate PEM file of our chain, null for none
 * @param key PEM file of its key; null for none
 * @param serverName for SNI and verification; null: the host that is connected to
 * @param protocols offered by ALPN, best first
 */
public record ClientTlsConfig(
        Path ca, Path certificate, Path key, String serverName, List<String> protocols) {

    /**
     * Copies what could change.
     *
     * @throws IllegalArgumentException when there is a certificate without a key, or the reverse
     */
    public ClientTlsConfig {
        protocols = List.copyOf(protocols);
        if (certificate == null != (key == null)) {
            throw new IllegalArgumentException("a certificate and its key go together");
        }
    }
}
