package dev.portcullis.admin.rest;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A response body that is made as it goes: pieces from one side, a connection on the other. What
 * the connection has not taken yet is bounded: whoever hands over more waits. While nothing is
 * handed over an empty line goes out now and then, so that both ends see whether the other is
 * there.
 *
 * <p>{@link #write} and {@link #end} belong to any thread that may block; the rest to the event
 * loop of the connection.
 */
final class EventStream {
    private static final byte[] EMPTY_LINE = {'\n'};

    private final int bytesMax;
    private final long heartbeatMillis;
    private final Runnable closed;
    private Channel channel;
    private ScheduledFuture<?> heartbeat;
    private boolean quiet;

    // guarded by this
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean ended;
    private boolean attached;

    /**
     * A stream that nobody reads yet.
     *
     * @param bytesMax how many octets may wait for the connection to take them
     * @param closed runs once, when the connection is gone; does not block
     */
    EventStream(int bytesMax, long heartbeatMillis, Runnable closed) {
        this.bytesMax = bytesMax;
        this.heartbeatMillis = heartbeatMillis;
        this.closed = closed;
    }

    /**
     * Hands a piece over; waits while too much is waiting.
     *
     * @throws CancellationException when the stream is over, or the thread was interrupted
     */
    synchronized void write(byte[] piece) {
        while (!ended && waitingBytes > 0 && waitingBytes + piece.length > bytesMax) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        }
        if (ended) {
            throw new CancellationException("the connection is gone");
        }
        waiting.add(piece);
        waitingBytes += piece.length;
        if (attached) {
            channel.eventLoop().execute(this::drain);
        }
    }

    /**
     * Nothing more comes. What the connection still takes goes out; then it breaks off, so that
     * this is not taken for an end.
     */
    synchronized void end() {
        ended = true;
        notifyAll();
        if (attached) {
            channel.eventLoop().execute(this::breakOff);
        }
    }

    // ------------------------------------------------------------------------ on the event loop

    /** From now on everything goes to a connection whose response head is written. */
    void attach(Channel connection) {
        boolean over;
        synchronized (this) {
            channel = connection;
            attached = true;
            over = ended;
        }
        connection.closeFuture().addListener(gone -> detach());
        if (over) {
            breakOff();
            return;
        }
        heartbeat = connection.eventLoop().scheduleWithFixedDelay(
                this::beat, heartbeatMillis, heartbeatMillis, TimeUnit.MILLISECONDS);
        drain();
    }

    /** Writes what waits, for as long as the connection takes it. */
    void drain() {
        boolean written = false;
        while (channel.isWritable()) {
            byte[] piece = next();
            if (piece == null) {
                break;
            }
            channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
            written = true;
        }
        if (written) {
            quiet = false;
            channel.flush();
        }
    }

    private void breakOff() {
        drain();
        channel.close();
    }

    private synchronized byte[] next() {
        byte[] piece = waiting.poll();
        if (piece != null) {
            waitingBytes -= piece.length;
            notifyAll();
        }
        return piece;
    }

    private void beat() {
        if (quiet && channel.isWritable()) {
            channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(EMPTY_LINE)));
        }
        quiet = true;
    }

    private void detach() {
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        synchronized (this) {
            ended = true;
            waiting.clear();
            waitingBytes = 0;
            notifyAll();
        }
        closed.run();
    }
}
