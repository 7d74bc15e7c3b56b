package dev.portcullis.gateway.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * What a {@link FakeUpstream} does about one request: steps, done in order. By default they are
 * done when the whole request has been read.
 */
public final class Answer {
    /** One thing to do with the connection. */
    interface Step {
        void run(Socket socket) throws IOException, InterruptedException;
    }

    private final List<Step> onHead = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private boolean early;
    private boolean last;

    private Answer() {}

    /** Nothing so far. */
    public static Answer nothing() {
        return new Answer();
    }

    /** Exactly these octets, one for each character. */
    public static Answer raw(String text) {
        return new Answer().send(text);
    }

    /** A well-formed 200 with a body. */
    public static Answer ok(String body) {
        return raw("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Then sends these octets. */
    public Answer send(String text) {
        return step(socket -> write(socket, text));
    }

    /** Then sends these octets in packets of one. */
    public Answer sendByteByByte(String text) {
        return step(socket -> {
            OutputStream out = socket.getOutputStream();
            for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
                out.write(octet);
            }
        });
    }

    /** Then sends a body of that many zeroes, unframed. */
    public Answer sendZeroes(long count) {
        return step(socket -> {
            byte[] zeroes = new byte[64 * 1024];
            for (long rest = count; rest > 0; rest -= zeroes.length) {
                socket.getOutputStream().write(zeroes, 0, (int) Math.min(rest, zeroes.length));
            }
        });
    }

    /** Then waits until the test counts that down (or the upstream is closed). */
    public Answer waitFor(CountDownLatch latch) {
        return step(socket -> latch.await());
    }

    /** Then tells the test. */
    public Answer signal(CountDownLatch latch) {
        return step(socket -> latch.countDown());
    }

    /** Sends these octets as soon as the head has been read: an interim response, say. */
    public Answer sendOnHead(String text) {
        onHead.add(socket -> write(socket, text));
        return this;
    }

    /** Does all steps as soon as the head has been read, and reads the body afterwards. */
    public Answer early() {
        early = true;
        return this;
    }

    /** Then sends no more, but goes on reading. */
    public Answer closeOutput() {
        return step(Socket::shutdownOutput);
    }

    /** Then closes the connection. */
    public Answer close() {
        last = true;
        return step(Socket::close);
    }

    /** Then resets the connection. */
    public Answer reset() {
        last = true;
        return step(socket -> {
            socket.setSoLinger(true, 0);
            socket.close();
        });
    }

    /** Then sends back what comes, octet by octet, until the other side ends; then it ends, too. */
    public Answer echoOctets() {
        last = true;
        return step(socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        });
    }

    /** Then takes that many octets, and gives them to the test. */
    public Answer takeOctets(int count, Consumer<String> test) {
        return step(socket -> test.accept(new String(
                socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1)));
    }

    private Answer step(Step step) {
        steps.add(step);
        return this;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    boolean isEarly() {
        return early;
    }

    /** Whether the connection is over after it. */
    boolean isLast() {
        return last;
    }

    void runOnHead(Socket socket) throws IOException, InterruptedException {
        for (Step step : onHead) {
            step.run(socket);
        }
    }

    void run(Socket socket) throws IOException, InterruptedException {
        for (Step step : steps) {
            step.run(socket);
        }
    }
}
