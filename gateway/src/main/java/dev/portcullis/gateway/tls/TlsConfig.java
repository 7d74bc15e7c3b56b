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
 * @param provider whose TLS it is
 */
public record TlsConfig(
        List<Certificate> certificates, Clients clients, Path clientCa, boolean onlyNewest,
        Provider provider) {

    /**
     * Copies what could change.
     *
     * @throws IllegalArgumentException when there is no certificate, or clients show theirs and no
     *     authority is named
     */
    public TlsConfig {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("TLS needs a certificate");
        }
        if (clients != Clients.NONE && clientCa == null) {
            throw new IllegalArgumentException("clients' certificates need an authority");
        }
    }

    /** With the best provider of this machine. */
    public TlsConfig(
            List<Certificate> certificates, Clients clients, Path clientCa, boolean onlyNewest) {
        this(certificates, clients, clientCa, onlyNewest, Provider.BEST);
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

    /** Who does the cryptography. */
    public enum Provider {
        /** BoringSSL where its native library runs, else the JDK. */
        BEST,
        /** The JDK. */
        JDK
    }
}
