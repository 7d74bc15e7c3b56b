package dev.portcullis.gateway.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;

/** Texts of tokens that no mint of ours makes. */
public final class TokenTexts {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String NETBIRD_TAG = "nbp_";
    private static final int NETBIRD_SECRET = 30;
    private static final int CHECKSUM = 6;

    private TokenTexts() {}

    /** A token of NetBird's: its checksum is over the 30 characters behind the tag. */
    public static String netBird(Random random) {
        StringBuilder secret = new StringBuilder();
        for (int i = 0; i < NETBIRD_SECRET; i++) {
            secret.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return NETBIRD_TAG + secret + checksum(secret.toString());
    }

    /** The token with the last character of its secret changed, and a checksum that is right. */
    public static String otherSecret(String token) {
        int end = token.length() - CHECKSUM;
        String text = token.substring(0, end - 1) + (token.charAt(end - 1) == 'a' ? 'b' : 'a');
        int from = text.startsWith(NETBIRD_TAG) ? NETBIRD_TAG.length() : 0;
        return text + checksum(text.substring(from));
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        StringBuilder checksum = new StringBuilder();
        for (int i = 0; i < CHECKSUM; i++) {
            checksum.insert(0, DIGITS.charAt((int) (rest % DIGITS.length())));
            rest /= DIGITS.length();
        }
        return checksum.toString();
    }
}
