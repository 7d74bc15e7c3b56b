package dev.portcullis.benchmarks.stage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Passes TCP connections on to a target, and fails as it is told: cuts them, holds back what goes
 * one way or both, delays it. What is held back arrives when the relay is healed, as it would after
 * a network has come back. Two threads for each connection. Any thread may tell it.
 */
public final class Relay implements AutoCloseable {
    /** A direction. */
    public enum Way { TO_TARGET, TO_CLIENT }

    private static final int PIECE = 8 << 10;
    private static final int CONNECT_MILLIS = 2_000;

    private final String name;
    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final LongAdder toTarget = new LongAdder();
    private final LongAdder toClient = new LongAdder();
    private final LongAdder disturbed = new LongAdder();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    // guarded by this
    private final Set<Way> held = EnumSet.noneOf(Way.class);
    private long delayNanos;
    private boolean cut;
    private boolean closed;

    /** Listens on a free port. */
    public Relay(String name, int targetPort) throws IOException {
        this(name, targetPort, Stage.freePort());
    }

    /** Listens on that port. */
    public Relay(String name, int targetPort, int port) throws IOException {
        this.name = name;
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        this.listener = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
        daemon(name + " accept", this::accept);
    }

    private record Link(Socket client, Socket target) {
        void close() {
            quietly(client);
            quietly(target);
        }

        private static void quietly(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is gone either way
            }
        }
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections it carries. */
    public int connections() {
        return links.size();
    }

    /** How many octets it has passed on that way. */
    public long octets(Way way) {
        return (way == Way.TO_TARGET ? toTarget : toClient).sum();
    }

    /** How often it has failed as it was told: connections ended, pieces held back or delayed. */
    public long disturbed() {
        return disturbed.sum();
    }

    /** Ends every connection; new ones are taken. */
    public void breakConnections() {
        disturbed.add(links.size());
        links.forEach(Link::close);
    }

    /** Ends every connection, and each new one at once, until healed. */
    public void cut() {
        synchronized (this) {
            cut = true;
        }
        breakConnections();
    }

    /** Holds back what goes these ways, until healed. Connections stay, and new ones are taken. */
    public synchronized void hold(Set<Way> ways) {
        held.addAll(ways);
    }

    /** Lets each piece arrive so much later, until healed. */
    public synchronized void delay(long millis) {
        delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Passes everything on again, first what was held back. */
    public synchronized void heal() {
        held.clear();
        delayNanos = 0;
        cut = false;
        notifyAll();
    }

    private void accept() {
        while (true) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                return;
            }
            daemon(name, () -> carry(client));
        }
    }

    private void carry(Socket client) {
        Socket upstream = new Socket();
        Link link = new Link(client, upstream);
        links.add(link);
        try {
            synchronized (this) {
                if (cut || closed) {
                    disturbed.increment();
                    return;
                }
            }
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            upstream.connect(target, CONNECT_MILLIS);
            daemon(name + " back", () -> pump(link, Way.TO_CLIENT));
            pump(link, Way.TO_TARGET);
        } catch (IOException e) {
            // as if nobody listened
        } finally {
            link.close();
            links.remove(link);
        }
    }

    private void pump(Link link, Way way) {
        byte[] piece = new byte[PIECE];
        try {
            Socket from = way == Way.TO_TARGET ? link.client : link.target;
            Socket to = way == Way.TO_TARGET ? link.target : link.client;
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length = in.read(piece);
            while (length >= 0) {
                pass(way);
                (way == Way.TO_TARGET ? toTarget : toClient).add(length);
                out.write(piece, 0, length);
                length = in.read(piece);
            }
            pass(way);
            to.shutdownOutput();
        } catch (IOException e) {
            link.close();
        } catch (InterruptedException e) {
            link.close();
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when what goes this way may arrive. */
    private void pass(Way way) throws InterruptedException {
        long due;
        synchronized (this) {
            due = System.nanoTime() + delayNanos;
            if (delayNanos > 0 || held.contains(way)) {
                disturbed.increment();
            }
            while (held.contains(way) && !closed) {
                wait();
            }
        }
        long left = due - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, "relay " + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        listener.close();
        breakConnections();
    }

    @Override
    public String toString() {
        return name;
    }
}
