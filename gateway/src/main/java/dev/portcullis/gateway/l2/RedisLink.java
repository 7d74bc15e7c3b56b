package dev.portcullis.gateway.l2;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/** The way to one server or to a cluster. Any thread; nothing blocks but {@link #close}. */
interface RedisLink {
    /**
     * An open connection, which the client library opens again whenever it breaks.
     *
     * @param commands what can be asked on it; {@code String} keys, octets as values
     */
    record Open(
            StatefulConnection<String, byte[]> connection,
            RedisClusterAsyncCommands<String, byte[]> commands) {}

    /** Connects for the first time. Fails when it cannot, and may then be tried again. */
    CompletionStage<Open> connect();

    /** Into how many parts the keys fall that may be well or ill on their own. */
    int parts();

    /** The part that a key belongs to, from 0. */
    int part(String key);

    /** Looks anew where things are; not necessarily now. */
    void refresh();

    /** Closes all connections, within about half a second. */
    void close();
}
