package dev.portcullis.benchmarks.compare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The upstream of every comparison: answers each request head with the same 200 octets, and reads
 * as little of it as will do, so that it is never what is measured. Requests have no body.
 */
public final class Upstream extends ChannelInboundHandlerAdapter {
    /** The body of every answer. */
    static final byte[] BODY = body();

    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final ByteBuf ANSWER = answer();

    private int matched;

    private Upstream() {}

    /** Listens, prints {@code port N}, and serves until killed. */
    public static void main(String[] arguments) {
        int port = Transport.listen(
                Transport.oneLoop(), 0, () -> new ChannelHandler[] {new Upstream()});
        System.out.println("port " + port);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf piece = (ByteBuf) message;
        while (piece.isReadable()) {
            byte octet = piece.readByte();
            if (octet == END_OF_HEAD[matched]) {
                matched++;
            } else {
                matched = octet == '\r' ? 1 : 0;
            }
            if (matched == END_OF_HEAD.length) {
                matched = 0;
                context.write(ANSWER.retainedDuplicate());
            }
        }
        piece.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private static byte[] body() {
        byte[] body = new byte[200];
        Arrays.fill(body, (byte) 'x');
        body[body.length - 1] = '\n';
        return body;
    }

    private static ByteBuf answer() {
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                + BODY.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuf answer = Unpooled.directBuffer(head.length + BODY.length);
        return Unpooled.unreleasableBuffer(answer.writeBytes(head).writeBytes(BODY)).asReadOnly();
    }
}
