package dev.portcullis.admin.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The private key of the certificate that is shown to the server: of which kind it is. */
final class PostgresKey {
    private static final int OCTETS_MAX = 65_536;
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final Pattern PKCS8 = Pattern.compile(
            "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
    private static final String PEM = "-----BEGIN ";

    private PostgresKey() {}

    /**
     * The algorithm of a key in PEM, which the driver has to be told; null for a key in another
     * form, in which the driver finds it by itself.
     *
     * @throws IOException when it cannot be read, or is PEM and not a key in PKCS#8 without a
     *     password; the message names the file, and nothing that is in it
     */
    static String algorithm(Path file) throws IOException {
        byte[] octets;
        try (InputStream in = Files.newInputStream(file)) {
            octets = in.readNBytes(OCTETS_MAX + 1);
        }
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        if (octets.length <= OCTETS_MAX && !text.contains(PEM)) {
            return null;
        }
        Matcher key = PKCS8.matcher(text);
        if (octets.length > OCTETS_MAX || !key.find()) {
            throw notAKey(file);
        }
        return algorithm(key.group(1), file);
    }

    private static String algorithm(String base64, Path file) throws IOException {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw notAKey(file);
        }
        for (String algorithm : ALGORITHMS) {
            try {
                KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
                return algorithm;
            } catch (GeneralSecurityException e) {
                // of another one, or none at all
                continue;
            }
        }
        throw notAKey(file);
    }

    private static IOException notAKey(Path file) {
        // without a cause: it may tell of the key
        return new IOException(file + " is not a private key in PKCS#8 without a password, as"
                + " `openssl pkcs8 -topk8 -nocrypt` makes one");
    }
}
