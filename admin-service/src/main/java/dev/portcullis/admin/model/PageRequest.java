package dev.portcullis.admin.model;

/**
 * Which part of a list.
 *
 * @param size 1 to {@link #SIZE_MAX}, or 0 for {@link #SIZE_DEFAULT}
 * @param token from the previous page; empty or null for the first
 */
public record PageRequest(int size, String token) {
    /** The most items on a page. */
    public static final int SIZE_MAX = 1_000;

    /** Items on a page when no number is asked for. */
    public static final int SIZE_DEFAULT = 100;

    /** The first page, of the default size. */
    public static PageRequest first() {
        return new PageRequest(0, "");
    }
}
