package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.core.token.TokenPrefix;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What names, descriptions and other texts may look like. */
final class Names {
    static final int NAME_MAX = 150;
    static final int DESCRIPTION_MAX = 1_000;

    /** No id or name is longer, in whatever form it is written. */
    static final int TEXT_MAX = 8 * NAME_MAX;

    /** The most characters (UTF-16) of a name's key; a few characters stand for many. */
    static final int KEY_MAX = 4 * NAME_MAX;

    private static final Pattern APPLICATION = Pattern.compile("[a-z0-9-]{1,63}");
    private static final Pattern ID = Pattern.compile("(usr|grp)_[0-9A-Za-z]{16}");

    /**
     * What cannot be seen although it is a letter, a mark or a symbol: the default ignorable code
     * points (Unicode, section 5.21) that are of no other category refused here, and the blank
     * Braille pattern.
     */
    private static final Pattern INVISIBLE = Pattern.compile(
            "[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\ufe00-\\ufe0f"
                    + "\\uffa0\\x{e0100}-\\x{e01ef}]");

    /** What stands for Portcullis itself, for the caller and for what the caller holds. */
    private static final Set<String> RESERVED = Set.of(Actor.SYSTEM_ID, "current", "self");

    private Names() {}

    /** A name of a user: as {@link #name}, and neither like an id nor reserved. */
    static String userName(String field, String text) {
        String name = name(field, text);
        if (ID.matcher(name).matches()) {
            // both are asked for by id or name, so a name must not pass for somebody's id
            throw ServiceException.invalid(field, "must not look like the id of a user or group");
        }
        if (RESERVED.contains(key(name))) {
            throw ServiceException.invalid(field, "is reserved");
        }
        return name;
    }

    /** A name of a group: as {@link #userName}, and without what separates names in a header. */
    static String groupName(String field, String text) {
        String name = userName(field, text);
        // the key too: what folds to a comma may be unfolded by who reads the header
        if (name.indexOf(',') >= 0 || key(name).indexOf(',') >= 0) {
            throw ServiceException.invalid(field, "must not contain a comma");
        }
        return name;
    }

    /** The name in composed form (NFC), when it is one. */
    static String name(String field, String text) {
        if (text == null || text.isEmpty()) {
            throw ServiceException.invalid(field, "is required");
        }
        // composing never makes a text longer in characters; an over-long one is not worth the work
        String name = text.length() > TEXT_MAX ? text : Normalizer.normalize(text, Form.NFC);
        checkLength(field, name, NAME_MAX);
        name.codePoints().forEach(character -> checkCharacter(field, character));
        if (isSpace(name.codePointAt(0)) || isSpace(name.codePointBefore(name.length()))) {
            throw ServiceException.invalid(field, "must not begin or end with white space");
        }
        if (INVISIBLE.matcher(name).find()) {
            throw ServiceException.invalid(field, "must not contain invisible characters");
        }
        if (key(name).length() > KEY_MAX) {
            throw ServiceException.invalid(field, "stands for too many characters");
        }
        return name;
    }

    /**
     * The form in which names are unique: compatible forms made one (NFKC), case folded. Who looks
     * the same after that counts as the same.
     */
    static String key(String name) {
        // twice: a capital sharp s becomes a small one first, and only then two letters
        return fold(fold(name));
    }

    private static String fold(String name) {
        String composed = Normalizer.normalize(name, Form.NFKC);
        // upper case first: it unfolds what has no lower case of its own, such as sharp s
        String folded = composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(folded, Form.NFKC);
    }

    /** The description in composed form; null stands for empty. */
    static String description(String field, String text) {
        if (text == null) {
            return "";
        }
        checkLength(field, text, DESCRIPTION_MAX);
        text.codePoints()
                .filter(character -> character != '\n' && character != '\t')
                .forEach(character -> checkCharacter(field, character));
        return text;
    }

    /** The name of an application, or "*". */
    static String application(String field, String text) {
        if (text == null || !text.equals("*") && !APPLICATION.matcher(text).matches()) {
            throw ServiceException.invalid(field, "must be 1 to 63 of a-z, 0-9 and -, or *");
        }
        return text;
    }

    private static void checkLength(String field, String text, int max) {
        if (text.codePointCount(0, text.length()) > max) {
            throw ServiceException.invalid(field, "must have at most " + max + " characters");
        }
    }

    /** Refuses what cannot be seen or would disturb what is shown next to it. */
    private static void checkCharacter(String field, int character) {
        switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE, Character.UNASSIGNED ->
                throw ServiceException.invalid(field, String.format(
                        "must not contain control or invisible characters (U+%04X)", character));
            default -> {
                // visible
            }
        }
    }

    private static boolean isSpace(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    /**
     * Demands the form that ids of tokens and keys have; there need be none of that id.
     *
     * @param id may be null, which is wrong too
     * @throws ServiceException naming {@code field}
     */
    static void checkCredentialId(String field, String id) {
        try {
            TokenPrefix.of(id == null ? "" : id);
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid(field, e.getMessage());
        }
    }
}
