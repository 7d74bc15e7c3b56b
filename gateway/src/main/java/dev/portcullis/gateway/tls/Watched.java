package dev.portcullis.gateway.tls;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value made of files, made anew when what stands in them changes. The value is for any thread;
 * looking is for one at a time and blocks, so never on an event loop.
 */
final class Watched<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

    /** Makes the value of its files. */
    interface Maker<T> {
        /** @throws TlsFilesException when there are mistakes in the files */
        T make();
    }

    private final List<Path> files;
    private final Maker<T> maker;
    private byte[] seen;
    private volatile T value;

    /**
     * Makes the first value.
     *
     * @throws TlsFilesException when there are mistakes in the files
     */
    Watched(List<Path> files, Maker<T> maker) {
        this.files = List.copyOf(files);
        this.maker = maker;
        // before they are read: what changes in between is seen at the next look
        this.seen = PemFiles.digest(files);
        this.value = maker.make();
    }

    T value() {
        return value;
    }

    /**
     * Looks at what stands in the files: sizes and times may lie, and they are small. What is used
     * of them stood there all at one time; while they are being written the value before them is.
     * A mistake is logged once, not at each look.
     */
    synchronized Reloaded look() {
        byte[] now = PemFiles.digest(files);
        if (files.isEmpty() || Arrays.equals(now, seen)) {
            return Reloaded.NOTHING;
        }
        T made = null;
        List<String> mistakes = List.of();
        try {
            made = maker.make();
        } catch (TlsFilesException e) {
            mistakes = e.mistakes();
        }
        if (!Arrays.equals(PemFiles.digest(files), now)) {
            // somebody is writing them: what was read may be half of one and half of another
            return Reloaded.NOTHING;
        }
        seen = now;
        if (made == null) {
            mistakes.forEach(mistake ->
                    LOG.warn("changed files are not used, the certificates before them are: {}",
                            mistake));
            return new Reloaded(List.of(), mistakes);
        }
        value = made;
        LOG.info("certificates have changed: {}", files);
        return new Reloaded(List.of(files.get(0).toString()), List.of());
    }
}
