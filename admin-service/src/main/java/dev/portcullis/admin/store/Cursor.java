package dev.portcullis.admin.store;

/**
 * A place in the order of creation: what stands behind it comes next.
 *
 * @param revision at which the row was made
 * @param id of the row, which tells apart what one revision made
 */
public record Cursor(long revision, String id) {
    /** Before everything. */
    public static final Cursor START = new Cursor(0, "");
}
