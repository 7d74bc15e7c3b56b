package dev.portcullis.admin.store;

/**
 * A place in a list: what stands behind it comes next.
 *
 * @param revision at which the row was made; in a list of another order, what that goes by
 * @param id of the row, which tells apart what is equal in that
 */
public record Cursor(long revision, String id) {
    /** Before everything. */
    public static final Cursor START = new Cursor(0, "");
}
