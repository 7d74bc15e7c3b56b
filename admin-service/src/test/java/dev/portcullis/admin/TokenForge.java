package dev.portcullis.admin;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;

/** Makes tokens that are well-formed and worth nothing. */
final class TokenForge {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int CHECKSUM = 6;

    private TokenForge() {}

    /** A token that nobody issued. */
    static String unknown(CredentialKind kind) {
        return new TokenMint(new TokenFormat(TokenFormat.DEFAULT_MARK), new Random(7))
                .mint(kind).plain().reveal();
    }

    /** The prefix of a real token, with another secret and the checksum that goes with it. */
    static String withOtherSecret(String token) {
        String stranger = unknown(CredentialKind.ACCESS_TOKEN);
        int secret = token.lastIndexOf('_') + 1;
        String text = token.substring(0, secret)
                + stranger.substring(secret, stranger.length() - CHECKSUM);
        return text + checksum(text);
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        StringBuilder digits = new StringBuilder();
        long rest = crc.getValue();
        for (int i = 0; i < CHECKSUM; i++) {
            digits.insert(0, DIGITS.charAt((int) (rest % DIGITS.length())));
            rest /= DIGITS.length();
        }
        return digits.toString();
    }
}
