package dev.portcullis.admin.store;

import java.util.List;

/**
 * The rows of the replicas that share a database. The methods block on the database, and throw
 * {@link dev.portcullis.admin.model.ServiceException} when it cannot be used; then what they were
 * to write may have been written or not.
 */
public interface ReplicaRows {
    /** The most characters of a row's JSON that are read. */
    int GATEWAYS_CHARS_MAX = 1 << 20;

    /** Adds a row. It is durable, and seen by whoever reads later, when this returns. */
    void insert(ReplicaRow row);

    /**
     * Raises the version of a row, and says how far its gateways are.
     *
     * @param row of which id, incarnation and acked revision count; its gateways are written unless
     *     they are null
     * @return the latest revision, read after this was called; -1 when the row is gone
     */
    long renew(ReplicaRow row);

    /**
     * Says how far the gateways of a row are, and nothing else. It need not be durable: a row that
     * says less than is true does no harm. Nothing happens when the row is gone.
     */
    void acknowledge(ReplicaRow row);

    /**
     * All rows, as they were at one moment after this was called.
     *
     * @param withGateways whether to read their JSON, as far as it is no longer than {@link
     *     #GATEWAYS_CHARS_MAX}
     */
    List<ReplicaRow> read(boolean withGateways);

    /**
     * Deletes a row if its version is still this one. Never waits for who is writing it.
     *
     * @return whether it was deleted by this call
     */
    boolean delete(ReplicaRow row);
}
