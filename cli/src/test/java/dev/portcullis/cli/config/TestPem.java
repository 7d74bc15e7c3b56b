package dev.portcullis.cli.config;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A certificate that signs itself, and its key, as files. */
record TestPem(Path certificate, Path key) {
    static TestPem in(Path directory) throws IOException {
        try {
            X509Bundle bundle = new CertificateBuilder()
                    .subject("CN=a.example")
                    .addSanDnsName("a.example")
                    .setIsCertificateAuthority(true)
                    .ecp256()
                    .buildSelfSigned();
            Path key = Files.writeString(
                    directory.resolve("a.key"), bundle.getPrivateKeyPEM());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            return new TestPem(Files.writeString(
                    directory.resolve("a.pem"), bundle.getCertificatePEM()), key);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
