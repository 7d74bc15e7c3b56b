package dev.portcullis.gateway.http1;

import io.netty.buffer.ByteBuf;

/**
 * Takes the body of one message out of a stream of octets, by the framing its head announced, and
 * knows exactly where it ends. Not thread-safe: an event loop owns it.
 */
public final class BodyReader {
    private enum Mode {
        DONE,
        LENGTH,
        UNTIL_CLOSE,
        CHUNK_LINE,
        CHUNK_DATA,
        TRAILERS,
        MALFORMED
    }

    private final ChunkReader chunks = new ChunkReader();
    private Trailers trailers;
    private Mode mode = Mode.DONE;
    private long remaining;

    /** There is no body. */
    public void none() {
        mode = Mode.DONE;
        trailers = null;
    }

    /** A body of so many octets. */
    public void length(long octets) {
        trailers = null;
        remaining = octets;
        mode = octets == 0 ? Mode.DONE : Mode.LENGTH;
    }

    /** A chunked body. */
    public void chunked() {
        trailers = null;
        chunks.begin();
        mode = Mode.CHUNK_LINE;
    }

    /** A body that ends when the connection does. */
    public void untilClose() {
        trailers = null;
        mode = Mode.UNTIL_CLOSE;
    }

    /** Whether the whole body has been read. */
    public boolean done() {
        return mode == Mode.DONE;
    }

    /** Whether the octets broke the framing: nothing more can be read. */
    public boolean malformed() {
        return mode == Mode.MALFORMED;
    }

    /** Whether the end of the connection is the end of the body. */
    public boolean endsWithConnection() {
        return mode == Mode.UNTIL_CLOSE;
    }

    /**
     * The trailers of a chunked body that is done, or null when there were none.
     *
     * @param nominating the message's head where its Connection field names fields, else null
     */
    public Trailers trailers(MessageHead nominating) {
        if (trailers == null || trailers.fields() == 0) {
            return null;
        }
        if (nominating != null) {
            trailers.nominatedBy(nominating);
        }
        return trailers;
    }

    /**
     * The next piece of content that {@code in} holds, or null when it holds none (any more). The
     * caller owns the piece and releases it.
     */
    public ByteBuf next(ByteBuf in) {
        while (in.isReadable()) {
            switch (mode) {
                case LENGTH -> {
                    ByteBuf piece = take(in);
                    if (remaining == 0) {
                        mode = Mode.DONE;
                    }
                    return piece;
                }
                case CHUNK_DATA -> {
                    ByteBuf piece = take(in);
                    if (remaining == 0) {
                        chunks.dataEnded();
                        mode = Mode.CHUNK_LINE;
                    }
                    return piece;
                }
                case UNTIL_CLOSE -> {
                    return in.readRetainedSlice(in.readableBytes());
                }
                case CHUNK_LINE -> chunkLine(in);
                case TRAILERS -> trailerSection(in);
                default -> {
                    return null;
                }
            }
        }
        return null;
    }

    private ByteBuf take(ByteBuf in) {
        int octets = (int) Math.min(remaining, in.readableBytes());
        remaining -= octets;
        return in.readRetainedSlice(octets);
    }

    private void chunkLine(ByteBuf in) {
        switch (chunks.read(in)) {
            case SIZE_LINE -> {
                remaining = chunks.size();
                mode = remaining > 0 ? Mode.CHUNK_DATA : Mode.TRAILERS;
                if (remaining == 0) {
                    trailers = new Trailers();
                }
            }
            case MALFORMED -> mode = Mode.MALFORMED;
            case NOTHING_YET -> { }
        }
    }

    private void trailerSection(ByteBuf in) {
        switch (trailers.read(in)) {
            case COMPLETE -> mode = Mode.DONE;
            case REFUSED -> mode = Mode.MALFORMED;
            case INCOMPLETE -> { }
        }
    }
}
