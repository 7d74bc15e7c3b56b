package dev.portcullis.gateway.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The PEM files of one end of a link between two processes of Portcullis.
 *
 * @param certificate of this end, with its chain; null: it shows none
 * @param key of the certificate; null where there is none
 * @param ca the authorities that issue certificates of the other end; null: none is asked of it
 */
public record LinkFiles(Path certificate, Path key, Path ca) {
    /**
     * Checks what goes together.
     *
     * @throws IllegalArgumentException when there is a certificate without a key, or the reverse
     */
    public LinkFiles {
        if (certificate == null != (key == null)) {
            throw new IllegalArgumentException("a certificate and its key go together");
        }
    }

    List<Path> all() {
        return Stream.of(certificate, key, ca).filter(Objects::nonNull).toList();
    }
}
