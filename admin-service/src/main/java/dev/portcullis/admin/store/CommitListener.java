package dev.portcullis.admin.store;

/** Hears of commits. Called by the writing thread while nobody else can write; must not block. */
public interface CommitListener {
    /** Nobody listens. */
    CommitListener NONE = new CommitListener() {
        @Override
        public void committed(long revision) {}

        @Override
        public void uncertain() {}
    };

    /** Tells both, the first one first. */
    static CommitListener both(CommitListener first, CommitListener second) {
        return new CommitListener() {
            @Override
            public void committed(long revision) {
                first.committed(revision);
                second.committed(revision);
            }

            @Override
            public void audited() {
                first.audited();
                second.audited();
            }

            @Override
            public void uncertain() {
                first.uncertain();
                second.uncertain();
            }
        };
    }

    /** A change is durable. Called in the order of revisions, before the write returns. */
    void committed(long revision);

    /** Audit events are durable, of a change or not. Called before the write returns. */
    default void audited() {}

    /** A commit failed in a way that does not rule out that it happened: look at the change log. */
    void uncertain();
}
