package dev.portcullis.gateway;

import dev.portcullis.gateway.accesslog.AccessLog;
import dev.portcullis.gateway.exchange.ExchangeStats;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.protect.Protection;
import dev.portcullis.gateway.server.ServerStats;
import dev.portcullis.gateway.upstream.UpstreamStats;

/** What a gateway counts, for metrics and for tests that look for leaks. Any thread. */
public record GatewayStats(
        ServerStats server,
        ExchangeStats exchanges,
        UpstreamStats upstream,
        Records records,
        Protection protection,
        AccessLog accessLog) {}
