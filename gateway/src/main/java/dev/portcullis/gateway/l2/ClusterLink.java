package dev.portcullis.gateway.l2;

import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A cluster. Where its keys are is asked every half minute, and at once when a node says that a key
 * is elsewhere, cannot be reached or has been left alone.
 */
final class ClusterLink implements RedisLink {
    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration REFRESH_AT_MOST = Duration.ofSeconds(1);
    private static final int PARTS = 16;
    private static final int REDIRECTS_MAX = 3;

    private final RedisClusterClient client;

    ClusterLink(RedisConfig config, RedisThreads threads, int inFlightMax) {
        client = RedisClusterClient.create(threads.resources(), RedisOptions.addresses(config));
        ClusterTopologyRefreshOptions refresh = ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(REFRESH)
                .enableAllAdaptiveRefreshTriggers()
                .adaptiveRefreshTriggersTimeout(REFRESH_AT_MOST)
                .refreshTriggersReconnectAttempts(1)
                .dynamicRefreshSources(true)
                .closeStaleConnections(true)
                .build();
        ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                .topologyRefreshOptions(refresh)
                .maxRedirects(REDIRECTS_MAX);
        RedisOptions.into(options, config, inFlightMax);
        client.setOptions(options.build());
    }

    @Override
    public CompletionStage<Open> connect() {
        return client.refreshPartitionsAsync()
                .thenCompose(located -> client.connectAsync(ServerLink.CODEC))
                .thenApply(connection -> new Open(connection, connection.async()));
    }

    @Override
    public int parts() {
        return PARTS;
    }

    @Override
    public int part(String key) {
        return SlotHash.getSlot(key) / (SlotHash.SLOT_COUNT / PARTS);
    }

    @Override
    public void refresh() {
        client.refreshPartitionsAsync();
    }

    @Override
    public void close() {
        client.shutdown(0, ServerLink.CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
