package dev.portcullis.benchmarks.compare;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/**
 * The least that Netty's own HTTP codec can do with the same check: bearer token, prefix, SHA-256,
 * constant time; then the message is passed on as it was decoded. No routes, limits, timeouts,
 * identity headers or metrics.
 */
public final class NettyRelay extends ChannelInboundHandlerAdapter {
    private static final String START = "Bearer pct_";
    private static final int PREFIX = 12;
    private static final int SECRET = 43;
    private static final int LENGTH = START.length() + PREFIX + 1 + SECRET + 6;

    private final Map<String, byte[]> hashes;
    private final int upstreamPort;
    private final MessageDigest sha256 = sha256();
    private final byte[] secret = new byte[SECRET];
    private final byte[] digest = new byte[32];
    private Channel upstream;
    private boolean refused;

    private NettyRelay(Map<String, byte[]> hashes, int upstreamPort) {
        this.hashes = hashes;
        this.upstreamPort = upstreamPort;
    }

    /** Arguments: the port to listen on, the port to relay to, the file of tokens. */
    public static void main(String[] arguments) throws IOException {
        Map<String, byte[]> hashes = hashes(Path.of(arguments[2]));
        int upstreamPort = Integer.parseInt(arguments[1]);
        EventLoopGroup group = Transport.oneLoop();
        Transport.listen(group, Integer.parseInt(arguments[0]), () -> new ChannelHandler[] {
            new HttpServerCodec(), new NettyRelay(hashes, upstreamPort)
        });
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel downstream = context.channel();
        downstream.config().setAutoRead(false);
        ChannelFuture connecting = Transport.client(downstream.eventLoop(), upstreamPort)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(
                                new HttpClientCodec(), new BytesRelay.PassTo(downstream));
                    }
                })
                .connect();
        upstream = connecting.channel();
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                downstream.config().setAutoRead(true);
            } else {
                downstream.close();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            refused = !accepts(request.headers().get(HttpHeaderNames.AUTHORIZATION));
            if (refused) {
                refuse(context);
            }
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest || message instanceof HttpContent) {
            upstream.write(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        upstream.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        upstream.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private boolean accepts(String header) {
        if (header == null || header.length() != LENGTH || !header.startsWith(START)) {
            return false;
        }
        int secretAt = START.length() + PREFIX + 1;
        byte[] expected = hashes.get(header.substring(START.length(), START.length() + PREFIX));
        for (int i = 0; i < SECRET; i++) {
            secret[i] = (byte) header.charAt(secretAt + i);
        }
        try {
            sha256.update(secret);
            sha256.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
        return expected != null && MessageDigest.isEqual(digest, expected);
    }

    private static void refuse(ChannelHandlerContext context) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.UNAUTHORIZED, Unpooled.EMPTY_BUFFER);
        answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        context.writeAndFlush(answer);
    }

    private static Map<String, byte[]> hashes(Path tokens) throws IOException {
        Map<String, byte[]> hashes = new HashMap<>();
        MessageDigest sha256 = sha256();
        for (String token : Files.readAllLines(tokens)) {
            String[] parts = token.split("_");
            String secret = parts[2].substring(0, SECRET);
            hashes.put(parts[1], sha256.digest(secret.getBytes(StandardCharsets.US_ASCII)));
        }
        return hashes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
