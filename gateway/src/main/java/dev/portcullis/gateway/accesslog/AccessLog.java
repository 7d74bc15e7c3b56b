package dev.portcullis.gateway.accesslog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log. Event loops hand entries over without ever waiting; one thread of its own
 * formats them and writes them in batches. When it cannot keep up, lines are dropped and counted: a
 * log that stands still must not stop the traffic.
 *
 * <p>Life: {@link #create}, {@link #start}, {@link #close}.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    private static final int BUFFER_BYTES = 128 * 1024;
    /** While there is traffic the writer looks this often, and nobody has to wake it. */
    private static final Duration LINGER = Duration.ofMillis(10);
    /** After so many looks in vain it sleeps until it is woken. */
    private static final int LOOKS = 100;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    /** Opens where the lines go. */
    interface Target {
        WritableByteChannel open() throws IOException;
    }

    private final Target target;
    private final EntryQueue queue;
    private final Thread writer = new Thread(this::run, "access-log");
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final JsonLines lines = new JsonLines(BUFFER_BYTES);
    private volatile WritableByteChannel channel;
    private volatile boolean closing;
    /** The writer's own: lines in the buffer, whether the last write failed, and midway. */
    private int batch;
    private boolean failing;
    private boolean torn;

    private AccessLog(Target target, int queueMax) {
        this.target = target;
        this.queue = new EntryQueue(queueMax);
        // a target that blocks for ever must not keep the process alive
        writer.setDaemon(true);
    }

    /** A log that is not started: nothing is opened yet. */
    public static AccessLog create(AccessLogConfig config) {
        if (config.target().equals(AccessLogConfig.OFF)) {
            return new AccessLog(null, 1);
        }
        Target target = config.target().equals(AccessLogConfig.STDOUT)
                ? AccessLog::standardOutput
                : () -> LogFile.open(Path.of(config.target()));
        return create(target, config.queueMax());
    }

    /** Never closed: others may have something to say there yet. */
    private static WritableByteChannel standardOutput() {
        FileChannel out = new FileOutputStream(FileDescriptor.out).getChannel();
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer octets) throws IOException {
                return out.write(octets);
            }

            @Override
            public boolean isOpen() {
                return out.isOpen();
            }

            @Override
            public void close() {}
        };
    }

    /** A log with a target of its own, for tests. */
    static AccessLog create(Target target, int queueMax) {
        return new AccessLog(target, queueMax);
    }

    /**
     * Opens the target and begins to write.
     *
     * @throws IOException when the target cannot be written to; the message is fit for an operator
     */
    public void start() throws IOException {
        if (enabled()) {
            channel = target.open();
            writer.start();
        }
    }

    /** Whether there is a log at all. If not, nobody need fill in an entry. */
    public boolean enabled() {
        return target != null;
    }

    /**
     * Hands an entry over; the caller must not touch it afterwards. Any thread. Never waits: when
     * the queue is full, or the log is off, not started or closed, the entry is dropped.
     */
    public void write(AccessLogEntry entry) {
        if (!enabled()) {
            return;
        }
        if (closing || !queue.offer(entry)) {
            dropped.increment();
        } else if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }

    /** Lines that have reached the target since the start. */
    public long linesWritten() {
        return written.sum();
    }

    /** Lines that were lost since the start: the queue was full, or the target failed. */
    public long linesDropped() {
        return dropped.sum();
    }

    private void run() {
        int idle = 0;
        while (true) {
            boolean last = closing;
            if (gather()) {
                flush();
                idle = 0;
            } else if (last) {
                return;
            } else if (++idle < LOOKS) {
                LockSupport.parkNanos(this, LINGER.toNanos());
            } else {
                sleep();
                idle = 0;
            }
        }
    }

    /** Until an entry comes or the log is closed. */
    private void sleep() {
        asleep.set(true);
        // looked at once more: an entry that came just before would not have woken the writer
        if (queue.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    /** Formats what is waiting, as far as it fits; whether there was anything. */
    private boolean gather() {
        AccessLogEntry entry;
        while (lines.hasRoom() && (entry = queue.poll()) != null) {
            if (torn) {
                lines.endTornLine();
                torn = false;
            }
            lines.append(entry);
            batch++;
        }
        return batch > 0;
    }

    private void flush() {
        ByteBuffer octets = lines.flip();
        try {
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            written.add(batch);
            if (failing) {
                LOG.info("the access log is being written again");
            }
            failing = false;
        } catch (IOException e) {
            dropped.add(batch);
            torn |= octets.position() > 0;
            if (!failing) {
                LOG.error("the access log cannot be written, lines are being lost", e);
            }
            failing = true;
        }
        lines.clear();
        batch = 0;
    }

    /**
     * Writes what is waiting and closes the target. Waits for that at most five seconds; what a
     * blocked target did not take until then is counted as dropped. May be called more than once.
     */
    @Override
    public void close() {
        closing = true;
        if (channel == null) {
            return;
        }
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_PATIENCE.toMillis());
            if (writer.isAlive()) {
                LOG.warn("the access log is blocked, its last lines are lost");
            } else {
                countLeftovers();
            }
            channel.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("the access log could not be closed", e);
        }
    }

    /** Entries that were offered while the writer was on its way out. */
    private void countLeftovers() {
        while (queue.poll() != null) {
            dropped.increment();
        }
    }
}
