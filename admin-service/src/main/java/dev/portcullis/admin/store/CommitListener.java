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

    /** A change is durable. Called in the order of revisions, before the write returns. */
    void committed(long revision);

    /** A commit failed in a way that does not rule out that it happened: look at the change log. */
    void uncertain();
}
