package dev.portcullis.benchmarks.compare;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;

/**
 * One kept-alive connection of the load: at most one request is under way. Every answer is read
 * whole: it is good when its status is 200 and its body is the upstream's.
 */
final class LoadConnection extends ChannelInboundHandlerAdapter {
    private static final int ANSWER_MAX = 8 * 1024;

    private final Load load;
    private final byte[] answer = new byte[ANSWER_MAX];
    private int filled;
    private long scheduledAt;
    private boolean busy;
    private Channel channel;

    LoadConnection(Load load) {
        this.load = load;
    }

    /** Sends a request; its latency counts from {@code scheduledAt}, in nanoseconds. */
    void send(ByteBuf request, long scheduledAt) {
        this.scheduledAt = scheduledAt;
        busy = true;
        channel.writeAndFlush(request.retainedDuplicate(), channel.voidPromise());
    }

    /** Ends the connection; whatever is under way is not counted. */
    void close() {
        busy = false;
        channel.close();
    }

    boolean busy() {
        return busy;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        load.idle(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf piece = (ByteBuf) message;
        int length = piece.readableBytes();
        if (length > answer.length - filled) {
            piece.release();
            fail("an answer is longer than " + ANSWER_MAX);
            return;
        }
        piece.readBytes(answer, filled, length);
        piece.release();
        filled += length;
        int bodyAt = endOfHead();
        if (bodyAt < 0) {
            return;
        }
        int bodyLength = contentLength(bodyAt);
        if (bodyLength < 0) {
            fail("an answer without Content-Length");
        } else if (filled > bodyAt + bodyLength || !busy) {
            fail("octets that nobody asked for");
        } else if (filled == bodyAt + bodyLength) {
            boolean good = isOk() && Arrays.equals(
                    answer, bodyAt, filled, Upstream.BODY, 0, Upstream.BODY.length);
            filled = 0;
            busy = false;
            load.answered(this, good, scheduledAt);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (busy) {
            fail("the connection ended before its answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause.toString());
    }

    private void fail(String reason) {
        busy = false;
        channel.close();
        load.failed(reason);
    }

    private boolean isOk() {
        return answer[9] == '2' && answer[10] == '0' && answer[11] == '0';
    }

    /** Where the body begins, or -1. */
    private int endOfHead() {
        for (int i = 3; i < filled; i++) {
            if (answer[i] == '\n' && answer[i - 1] == '\r' && answer[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    /** The value of Content-Length, or -1. */
    private int contentLength(int headEnd) {
        byte[] name = Load.CONTENT_LENGTH;
        for (int line = 0; line < headEnd - name.length; line = nextLine(line)) {
            int i = 0;
            while (i < name.length && (answer[line + i] | 0x20) == name[i]) {
                i++;
            }
            if (i == name.length) {
                return number(line + i + 1);
            }
        }
        return -1;
    }

    private int nextLine(int at) {
        int i = at;
        while (answer[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    private int number(int at) {
        int value = 0;
        for (int i = at; answer[i] != '\r'; i++) {
            if (answer[i] != ' ') {
                value = value * 10 + answer[i] - '0';
            }
        }
        return value;
    }
}
