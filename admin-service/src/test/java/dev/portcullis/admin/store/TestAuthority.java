package dev.portcullis.admin.store;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** An authority of a test's own, and what it issues, as PEM files of one directory. */
final class TestAuthority {
    private final Path directory;
    private final X509Bundle authority;
    private final Path ca;
    private int issued;

    TestAuthority(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory);
        authority = new CertificateBuilder().subject("CN=Test Authority").ecp256()
                .setIsCertificateAuthority(true).buildSelfSigned();
        ca = write("ca.pem", authority.getCertificatePEM());
    }

    /** A certificate with what leads to its authority, and its key in PKCS#8. */
    record Pair(Path certificate, Path key) {}

    /** The authority's own certificate. */
    Path ca() {
        return ca;
    }

    /** For a server at an address. */
    Pair server(String address) throws Exception {
        return pair(new CertificateBuilder().subject("CN=server").ecp256()
                .addSanIpAddress(address).addExtendedKeyUsageServerAuth()
                .buildIssuedBy(authority));
    }

    /** For a server of a name. */
    Pair serverNamed(String name) throws Exception {
        return pair(new CertificateBuilder().subject("CN=server").ecp256()
                .addSanDnsName(name).addExtendedKeyUsageServerAuth()
                .buildIssuedBy(authority));
    }

    /** For a client of a name. */
    Pair client(String name, Algorithm algorithm) throws Exception {
        return pair(new CertificateBuilder().subject("CN=" + name).algorithm(algorithm)
                .addExtendedKeyUsageClientAuth().buildIssuedBy(authority));
    }

    private Pair pair(X509Bundle bundle) throws IOException {
        int number = ++issued;
        return new Pair(write(number + ".pem", bundle.getCertificatePathPEM()),
                write(number + ".key", bundle.getPrivateKeyPEM()));
    }

    private Path write(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString("rw-------"));
    }
}
