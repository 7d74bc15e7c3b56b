package dev.portcullis.cli.server;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** An authority of a test's own, and what it issues, as PEM files. */
final class LinkPem {
    private final Path directory;
    private final X509Bundle authority;
    private final Path ca;

    LinkPem(Path directory, String name) throws Exception {
        this.directory = directory;
        authority = new CertificateBuilder().subject("CN=" + name).ecp256()
                .setIsCertificateAuthority(true).buildSelfSigned();
        ca = write(name + "-ca.pem", authority.getCertificatePEM());
    }

    /** A certificate and its key. */
    record Pair(Path certificate, Path key) {}

    Path ca() {
        return ca;
    }

    /** For a server at this address. */
    Pair server(String address) throws Exception {
        return pair("server-" + address, new CertificateBuilder().subject("CN=server").ecp256()
                .addSanIpAddress(address).addExtendedKeyUsageServerAuth()
                .buildIssuedBy(authority));
    }

    Pair client() throws Exception {
        return pair("client", new CertificateBuilder().subject("CN=gateway").ecp256()
                .addExtendedKeyUsageClientAuth().buildIssuedBy(authority));
    }

    private Pair pair(String name, X509Bundle bundle) {
        return new Pair(write(name + ".pem", bundle.getCertificatePathPEM()),
                write(name + ".key", bundle.getPrivateKeyPEM()));
    }

    private Path write(String name, String text) {
        try {
            Path file = Files.writeString(directory.resolve(name), text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
