package dev.portcullis.admin.service;

import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Page tokens of lists that are in the order of names: they hold the last name's key. */
final class NameCursor {
    /** Tells these from the cursors of other lists. */
    private static final String MARK = "name:";

    /** No token of {@link Names#KEY_MAX} characters is longer, at four octets each in base64. */
    private static final int TOKEN_MAX = (MARK.length() + 4 * Names.KEY_MAX + 2) / 3 * 4;

    private NameCursor() {}

    /** The key behind which the page asked for begins; empty for the first page. */
    static String of(PageRequest request) {
        String token = request.token();
        if (token == null || token.isEmpty()) {
            return "";
        }
        String text = decode(token);
        if (text == null || !text.startsWith(MARK) || text.length() == MARK.length()) {
            throw ServiceException.invalid("page_token", "is not one that a list has answered");
        }
        return text.substring(MARK.length());
    }

    private static String decode(String token) {
        if (token.length() > TOKEN_MAX) {
            return null;
        }
        try {
            byte[] octets = Base64.getUrlDecoder().decode(token);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return null;
        }
    }

    /** What asks for the page behind a name. */
    static String token(String nameKey) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString((MARK + nameKey).getBytes(StandardCharsets.UTF_8));
    }
}
