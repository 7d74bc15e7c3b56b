package dev.portcullis.gateway.relay;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import dev.portcullis.gateway.http1.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;

/**
 * The sending side of one connection: a head, the pieces of its body, its end. What fits is
 * gathered behind the head in one buffer, so that a small message is one write; nothing is sent
 * before {@link #flush}. Not thread-safe: it belongs to the connection's event loop.
 */
public final class Outbound {
    private static final byte[] LAST_CHUNK = ascii("0\r\n");
    private static final byte[] CRLF = ascii("\r\n");
    private static final int CHUNK_LINES_MAX = 24;

    private final ChannelHandlerContext context;
    private ByteBuf gathered;
    private boolean chunked;
    private boolean unflushed;
    private long octets;

    public Outbound(ChannelHandlerContext context) {
        this.context = context;
    }

    /** Begins a message; the head is owned from now on. */
    public void head(ByteBuf head, boolean chunkedBody) {
        writeGathered();
        octets = 0;
        chunked = chunkedBody;
        gathered = head;
        unflushed = true;
    }

    /** A piece of the body; owned from now on. */
    public void body(ByteBuf piece) {
        int length = piece.readableBytes();
        if (length == 0) {
            piece.release();
            return;
        }
        octets += length;
        unflushed = true;
        if (gathered != null && gathered.writableBytes() >= length + CHUNK_LINES_MAX) {
            chunkLine(gathered, length);
            gathered.writeBytes(piece);
            piece.release();
            endChunk(gathered);
            return;
        }
        if (chunked) {
            chunkLine(gatheredOrNew(CHUNK_LINES_MAX), length);
        }
        writeGathered();
        context.write(piece, context.voidPromise());
        if (chunked) {
            endChunk(gatheredOrNew(CHUNK_LINES_MAX * 2));
        }
    }

    /** The end of the message. */
    public void end(Trailers trailers) {
        if (!chunked) {
            return;
        }
        unflushed = true;
        ByteBuf end = gatheredOrNew(CHUNK_LINES_MAX);
        end.writeBytes(LAST_CHUNK);
        if (trailers != null) {
            for (int i = 0; i < trailers.fields(); i++) {
                if (trailers.mayPass(i)) {
                    end.writeBytes(trailers.bytes(), trailers.nameFrom(i),
                            trailers.nameTo(i) - trailers.nameFrom(i));
                    end.writeByte(':').writeByte(' ');
                    end.writeBytes(trailers.bytes(), trailers.valueFrom(i),
                            trailers.valueTo(i) - trailers.valueFrom(i));
                    end.writeBytes(CRLF);
                }
            }
        }
        end.writeBytes(CRLF);
        chunked = false;
    }

    /**
     * Sends what there is, and tells the other side that it was all; what the other side sends is
     * still read.
     *
     * @param then told when that has happened, or the connection has broken
     */
    public void endOutput(Runnable then) {
        writeGathered();
        unflushed = false;
        // an end that overtook what was written would tear it off
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (sent.isSuccess()) {
                ((DuplexChannel) context.channel()).shutdownOutput();
            }
            then.run();
        });
    }

    /** Sends what was gathered. */
    public void flush() {
        if (unflushed) {
            writeGathered();
            unflushed = false;
            context.flush();
        }
    }

    /** Gives up what was gathered and not sent. */
    public void discard() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        unflushed = false;
    }

    /** Whether the other side keeps up. */
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Whether everything has left for the network. */
    public boolean isDrained() {
        ChannelOutboundBuffer queue = context.channel().unsafe().outboundBuffer();
        return gathered == null && queue != null && queue.isEmpty();
    }

    /** Octets of the message's body so far. */
    public long octets() {
        return octets;
    }

    private void chunkLine(ByteBuf out, int length) {
        if (chunked) {
            ByteBufUtil.writeAscii(out, Integer.toHexString(length));
            out.writeBytes(CRLF);
        }
    }

    private void endChunk(ByteBuf out) {
        if (chunked) {
            out.writeBytes(CRLF);
        }
    }

    private ByteBuf gatheredOrNew(int room) {
        if (gathered == null) {
            gathered = context.alloc().directBuffer(room);
        }
        return gathered;
    }

    private void writeGathered() {
        if (gathered != null) {
            ByteBuf out = gathered;
            gathered = null;
            context.write(out, context.voidPromise());
        }
    }
}
