package dev.portcullis.admin.store;

/**
 * Is rung when another process may have written to the shared database. A bell says where to look,
 * never what is there; it may ring for nothing, and for what this process wrote itself.
 *
 * <p>Called on a thread of the store's; must not block.
 */
public interface Bells {
    /** Nobody listens. */
    Bells NONE = new Bells() {
        @Override
        public void changed() {}

        @Override
        public void replicas() {}
    };

    /** The change log or the audit log may have grown. */
    void changed();

    /** A row of a replica may have changed. */
    void replicas();
}
