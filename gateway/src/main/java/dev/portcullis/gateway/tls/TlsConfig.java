package dev.portcullis.gateway.tls;

import java.nio.file.Path;
import java.util.List;

/**
 * TLS towards clients. Immutable; no field is null unless it says so.
 *
 * @param certificates at least one; the first is shown to who names no host, or an unknown one.
 *     Which names each is for stands in the certificate
 * @param clients whether clients show certificates
 * @param clientCa PEM file of the authorities that issue clients' certificates; null where clients
 *     show none
 * @param onlyNewest whether TLS 1.2 is refused, too
 */
public record TlsConfig(
        List<Certificate> certificates, Clients clients, Path clientCa, boolean onlyNewest) {

    /** Copies what could change. */
    public TlsConfig {
        certificates = List.copyOf(certificates);
    }

    /**
     * A chain and its key, both PEM files; they are read again when they change.
     *
     * @param chain the certificate first
     * @param key PKCS#8, without password
     */
    public record Certificate(Path chain, Path key) {}

    /** What is asked of clients. */
    public enum Clients {
        /** They are not asked for a certificate. */
        NONE,
        /** They may show one; one that is shown must be good. */
        OPTIONAL,
        /** Who shows none is not let in. */
        REQUIRED
    }
}
