package dev.portcullis.gateway.l2;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** One server, found by its address or by asking sentinels each time it is connected to. */
final class ServerLink implements RedisLink {
    static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE);
    static final long CLOSE_MILLIS = 500;

    private final RedisClient client;
    private final RedisURI address;

    ServerLink(RedisConfig config, RedisThreads threads, int inFlightMax) {
        address = RedisOptions.addresses(config).get(0);
        client = RedisClient.create(threads.resources());
        client.setOptions(
                RedisOptions.into(ClientOptions.builder(), config, inFlightMax).build());
    }

    @Override
    public CompletionStage<Open> connect() {
        return client.connectAsync(CODEC, address)
                .thenApply(connection -> new Open(connection, connection.async()));
    }

    @Override
    public int parts() {
        return 1;
    }

    @Override
    public int part(String key) {
        return 0;
    }

    @Override
    public void refresh() {
        // whoever connects asks anew where the server is
    }

    @Override
    public void close() {
        client.shutdown(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
