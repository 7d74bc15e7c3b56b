package dev.portcullis.cli.config;

import dev.portcullis.gateway.tls.TlsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the gateway's certificates are, each with the file of its key.
 *
 * @param files in the order given; the first is for who names no host
 */
record CertificateFiles(List<TlsConfig.Certificate> files) {
    /** How they are written: {@code chain.pem=key.pem,...}. */
    static final ValueType<CertificateFiles> TYPE = ValueType.list(
            "list of chain=key", CertificateFiles::parse, CertificateFiles::print);

    private static final int COUNT_MAX = 1_000;

    CertificateFiles {
        files = List.copyOf(files);
    }

    private static CertificateFiles parse(List<String> entries) throws BadValueException {
        if (entries.size() > COUNT_MAX) {
            throw new BadValueException(entries.size() + " entries, at most " + COUNT_MAX);
        }
        List<TlsConfig.Certificate> files = new ArrayList<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals <= 0 || equals == entry.length() - 1
                    || entry.indexOf('=', equals + 1) >= 0) {
                throw new BadValueException("'" + entry + "' is not chain=key, such as "
                        + "/etc/portcullis/api.pem=/etc/portcullis/api.key");
            }
            TlsConfig.Certificate certificate = new TlsConfig.Certificate(
                    ValueType.PATH.parse(entry.substring(0, equals)),
                    ValueType.PATH.parse(entry.substring(equals + 1)));
            if (files.contains(certificate)) {
                throw new BadValueException("'" + entry + "' is given twice");
            }
            files.add(certificate);
        }
        return new CertificateFiles(files);
    }

    private String print() {
        return files.stream()
                .map(certificate -> certificate.chain() + "=" + certificate.key())
                .collect(Collectors.joining(","));
    }

    /** All files, chains and keys. */
    List<Path> paths() {
        List<Path> paths = new ArrayList<>();
        files.forEach(certificate -> {
            paths.add(certificate.chain());
            paths.add(certificate.key());
        });
        return paths;
    }
}
