package dev.portcullis.gateway.accesslog;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes credentials out of text that a client chose. Clients put tokens where they do not belong, a
 * path most of all; found by their form, whole, cut short or percent-encoded, they lose everything
 * after their public prefix, or after their tag where they have none.
 *
 * <p>The mark is not looked at, so that tokens of another installation do not leak either.
 */
public final class Redaction {
    static final String REPLACEMENT = "[redacted]";

    private static final String BASE62 =
            "(?:[0-9A-Za-z]|%(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]))";
    private static final String UNDERSCORE = "(?:_|%5[Ff])";

    /** Tokens that were imported from NetBird have a tag and are secret as a whole. */
    private static final String NETBIRD_TAG = "(?:n|%6[Ee])(?:b|%62)(?:p|%70)" + UNDERSCORE;

    /**
     * Kind letter, public prefix, and of the secret any part that would be worth having. The letter
     * is only looked back at: that of a second token may be the end of the first one's match.
     */
    private static final Pattern CREDENTIAL =
            Pattern.compile(
                    "((?<=[tkx]|%74|%6[Bb]|%78)" + UNDERSCORE + BASE62 + "{8,16}+" + UNDERSCORE
                            + "|" + NETBIRD_TAG + ")" + BASE62 + "{16,}+");

    /** Shorter text cannot hold one: tag of four, 16. */
    private static final int SHORTEST = 20;

    private Redaction() {}

    /** The text without the secrets in it; the same object when there are none. */
    public static String redact(String text) {
        if (text.length() < SHORTEST || text.indexOf('_') < 0 && text.indexOf('%') < 0) {
            return text;
        }
        Matcher matcher = CREDENTIAL.matcher(text);
        return matcher.find() ? matcher.replaceAll("$1" + Matcher.quoteReplacement(REPLACEMENT))
                : text;
    }
}
