package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.Cursor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Page tokens, which are cursors that callers need not understand. Each holds a digest of the list
 * it belongs to, so that it is refused by another, in whose order it would mean something else.
 */
final class Pages {
    private static final Pattern CURSOR =
            Pattern.compile("([\\w-]{11}):([0-9]{1,19}):([0-9A-Za-z_]{1,32})");
    private static final int TOKEN_MAX = 128;
    private static final int DIGEST_OCTETS = 8;

    private Pages() {}

    /** Items on the page asked for. */
    static int size(PageRequest request) {
        if (request.size() < 0 || request.size() > PageRequest.SIZE_MAX) {
            throw ServiceException.invalid(
                    "page_size", "must be from 1 to " + PageRequest.SIZE_MAX);
        }
        return request.size() == 0 ? PageRequest.SIZE_DEFAULT : request.size();
    }

    /**
     * Where the page asked for begins.
     *
     * @param list names the list, its filters and its order
     * @throws ServiceException {@code INVALID_ARGUMENT} for a cursor of another list
     */
    static Cursor cursor(PageRequest request, String list) {
        String token = request.token();
        if (token == null || token.isEmpty()) {
            return Cursor.START;
        }
        Matcher matcher = CURSOR.matcher(decode(token));
        if (!matcher.matches()) {
            throw ServiceException.invalid("page_token", "is not one that a list has answered");
        }
        if (!matcher.group(1).equals(digest(list))) {
            throw ServiceException.invalid(
                    "page_token", "is from a list with other filters than these");
        }
        try {
            return new Cursor(Long.parseLong(matcher.group(2)), matcher.group(3));
        } catch (NumberFormatException e) {
            throw ServiceException.invalid("page_token", "is not one that a list has answered");
        }
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
     *
     * @param list as for {@link #cursor(PageRequest, String)}
     */
    static <R, T> Page<T> page(
            List<R> rows,
            int size,
            String list,
            Function<R, Cursor> cursor,
            Function<R, T> view) {
        boolean more = rows.size() > size;
        List<R> shown = more ? rows.subList(0, size) : rows;
        String next = more ? token(list, cursor.apply(shown.get(size - 1))) : "";
        return new Page<>(shown.stream().map(view).toList(), next);
    }

    /** What asks for the page behind a place. */
    static String token(String list, Cursor cursor) {
        String text = digest(list) + ":" + cursor.revision() + ":" + cursor.id();
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    /** It guards against mistakes, not against forgery: a cursor opens nothing. */
    private static String digest(String list) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(list.getBytes(StandardCharsets.UTF_8));
            return encode(Arrays.copyOf(digest, DIGEST_OCTETS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String encode(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
