package dev.portcullis.gateway;

import dev.portcullis.gateway.accesslog.AccessLog;
import dev.portcullis.gateway.exchange.ExchangeStats;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.protect.Protection;
import dev.portcullis.gateway.server.ServerStats;
import dev.portcullis.gateway.tls.TlsStats;
import dev.portcullis.gateway.trace.Tracing;
import dev.portcullis.gateway.upstream.UpstreamStats;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/** What a gateway counts, for metrics and for tests that look for leaks. Any thread. */
public record GatewayStats(
        ServerStats server,
        ExchangeStats exchanges,
        TlsStats tls,
        UpstreamStats upstream,
        Records records,
        Protection protection,
        AccessLog accessLog,
        Tracing tracing) {

    /** Direct memory that buffers take, in octets: what is pooled, in use or not. */
    public long directBytes() {
        ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
        return allocator instanceof ByteBufAllocatorMetricProvider metered
                ? metered.metric().usedDirectMemory() : -1;
    }
}
