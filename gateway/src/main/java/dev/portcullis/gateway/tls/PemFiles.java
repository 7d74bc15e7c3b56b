package dev.portcullis.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the files of one configuration, each once, and gathers what is wrong with them instead of
 * stopping at the first mistake. Not thread-safe: made for one reading.
 */
final class PemFiles {
    private static final int FILE_MAX = 1 << 20;
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    private static final byte[] PROOF =
            "a key belongs to its certificate".getBytes(StandardCharsets.US_ASCII);

    /** One armoured part of a file. */
    private record Block(String label, byte[] der) {}

    private final Instant now;
    private final Map<Path, byte[]> read = new HashMap<>();
    private final List<String> mistakes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    PemFiles(InstantSource clock) {
        now = clock.instant();
    }

    /** A hash of all of these files as they are; a missing one counts as empty. */
    static byte[] digest(Iterable<Path> files) {
        MessageDigest sha256 = Sha256.newDigest();
        for (Path file : files) {
            byte[] octets = new byte[0];
            try {
                octets = octetsOf(file);
            } catch (IOException e) {
                // whoever reads it for use says what is wrong with it
                sha256.update((byte) 1);
            }
            sha256.update(Sha256.of(octets));
        }
        return sha256.digest();
    }

    private static byte[] octetsOf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(FILE_MAX + 1);
        }
    }

    /** What was found wrong so far. */
    List<String> mistakes() {
        return mistakes;
    }

    /** What works, but should not be so. */
    List<String> warnings() {
        return warnings;
    }

    /** @throws TlsFilesException when anything was found wrong */
    void requireGood() {
        if (!mistakes.isEmpty()) {
            throw new TlsFilesException(mistakes);
        }
    }

    /** A chain and its key; null when there is a mistake in them. */
    Identity identity(Path chainFile, Path keyFile) {
        List<X509Certificate> chain = certificates(chainFile);
        PrivateKey key = key(keyFile);
        if (chain.isEmpty() || key == null) {
            return null;
        }
        if (!belongs(key, chain.get(0).getPublicKey())) {
            mistakes.add(keyFile + ": it is not the key of the first certificate in " + chainFile
                    + "; name the key that the certificate was made with, and put the server's"
                    + " own certificate before those of its issuers");
            return null;
        }
        try {
            return new Identity(chain, key);
        } catch (CertificateException e) {
            mistakes.add(chainFile + ": the names in its first certificate cannot be read");
            return null;
        }
    }

    /** At least one certificate, all of them valid today; empty when there is a mistake in them. */
    List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        int before = mistakes.size();
        for (Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE")) {
                X509Certificate certificate = certificate(file, block.der(), found.size() + 1);
                if (certificate != null) {
                    found.add(certificate);
                }
            }
        }
        if (octets(file) == null) {
            return List.of();
        }
        if (found.isEmpty() && mistakes.size() == before) {
            mistakes.add(file + ": there is no certificate in it; it must hold PEM text with"
                    + " -----BEGIN CERTIFICATE-----");
        }
        return mistakes.size() == before ? found : List.of();
    }

    private X509Certificate certificate(Path file, byte[] der, int number) {
        X509Certificate certificate;
        try {
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            mistakes.add(file + ": certificate " + number + " in it is damaged; copy it again");
            return null;
        }
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (now.isAfter(to)) {
            mistakes.add(file + ": certificate " + number + " in it expired at " + to
                    + "; have it renewed");
        } else if (now.isBefore(from)) {
            mistakes.add(file + ": certificate " + number + " in it is not valid before " + from
                    + "; look at the clock, or wait");
        }
        return certificate;
    }

    private PrivateKey key(Path file) {
        List<Block> blocks = blocks(file);
        if (blocks.isEmpty()) {
            return null;
        }
        warnWhenOthersRead(file);
        for (Block block : blocks) {
            if (block.label().equals("PRIVATE KEY")) {
                return decoded(file, block.der());
            }
        }
        for (Block block : blocks) {
            if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
                mistakes.add(file + ": the key has a password; take it off with: openssl pkey -in "
                        + file + " -out new.pem");
                return null;
            }
            if (block.label().endsWith(" PRIVATE KEY")) {
                mistakes.add(file + ": the key is in an old form; bring it into PKCS#8 with:"
                        + " openssl pkcs8 -topk8 -nocrypt -in " + file + " -out new.pem");
                return null;
            }
        }
        mistakes.add(file + ": there is no key in it; it must hold PEM text with"
                + " -----BEGIN PRIVATE KEY-----");
        return null;
    }

    private PrivateKey decoded(Path file, byte[] der) {
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // perhaps it is of the other kind
                continue;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the JDK knows no " + algorithm, e);
            }
        }
        mistakes.add(file + ": the key is neither RSA nor EC, or is damaged; make one of those");
        return null;
    }

    /** Whether what the one signs, the other verifies. */
    private static boolean belongs(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(
                    key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(key);
            signature.update(PROOF);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(PROOF);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void warnWhenOthersRead(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                warnings.add(file + ": others than its owner can read this key; chmod 600 " + file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // no such permissions here, or no way to see them: there is nothing to warn of
            return;
        }
    }

    private List<Block> blocks(Path file) {
        byte[] octets = octets(file);
        List<Block> blocks = new ArrayList<>();
        if (octets == null) {
            return blocks;
        }
        Matcher matcher = BLOCK.matcher(new String(octets, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            try {
                blocks.add(new Block(
                        matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                mistakes.add(file + ": the text of its " + matcher.group(1)
                        + " is damaged; copy it again");
            }
        }
        if (blocks.isEmpty()) {
            mistakes.add(file + ": it is not PEM; convert it with: openssl x509 -inform der -in "
                    + file + " -out new.pem (a key: openssl pkey -inform der)");
        }
        return blocks;
    }

    private byte[] octets(Path file) {
        if (read.containsKey(file)) {
            return read.get(file);
        }
        byte[] octets = null;
        try {
            octets = octetsOf(file);
            if (octets.length > FILE_MAX) {
                mistakes.add(file + ": it is larger than 1 MiB; this is no file of certificates");
                octets = null;
            }
        } catch (NoSuchFileException e) {
            mistakes.add(file + ": there is no such file; name one that exists");
        } catch (IOException e) {
            mistakes.add(file + ": it cannot be read (" + e.getClass().getSimpleName()
                    + "); give the gateway's user the right to");
        }
        read.put(file, octets);
        return octets;
    }
}
