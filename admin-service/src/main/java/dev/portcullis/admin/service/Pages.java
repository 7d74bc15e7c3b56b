package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Page tokens, which are cursors that callers need not understand. */
final class Pages {
    private static final Pattern CURSOR = Pattern.compile("([0-9]{1,18}):([0-9A-Za-z_]{1,32})");
    private static final int TOKEN_MAX = 128;

    private Pages() {}

    /** Items on the page asked for. */
    static int size(PageRequest request) {
        if (request.size() < 0 || request.size() > PageRequest.SIZE_MAX) {
            throw ServiceException.invalid(
                    "page_size", "must be from 1 to " + PageRequest.SIZE_MAX);
        }
        return request.size() == 0 ? PageRequest.SIZE_DEFAULT : request.size();
    }

    /** Where the page asked for begins. */
    static Cursor cursor(PageRequest request) {
        String token = request.token();
        if (token == null || token.isEmpty()) {
            return Cursor.START;
        }
        Matcher matcher = CURSOR.matcher(decode(token));
        if (!matcher.matches()) {
            throw ServiceException.invalid("page_token", "is not one that a list has answered");
        }
        return new Cursor(Long.parseLong(matcher.group(1)), matcher.group(2));
    }

    private static String decode(String token) {
        if (token.length() > TOKEN_MAX) {
            return "";
        }
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /**
     * The page of rows that were read with a limit of one more than its size, so that the last page
     * is known to be the last.
     */
    static <R, T> Page<T> page(
            List<R> rows, int size, Function<R, Cursor> cursor, Function<R, T> view) {
        boolean more = rows.size() > size;
        List<R> shown = more ? rows.subList(0, size) : rows;
        String next = more ? token(cursor.apply(shown.get(size - 1))) : "";
        return new Page<>(shown.stream().map(view).toList(), next);
    }

    /** What asks for the page behind a place. */
    static String token(Cursor cursor) {
        String text = cursor.revision() + ":" + cursor.id();
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
