package dev.portcullis.gateway.server;

import dev.portcullis.gateway.exchange.RequestFlow;
import dev.portcullis.gateway.rewrite.ResponseRewriter;
import dev.portcullis.gateway.upstream.UpstreamPool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What one event loop needs to serve.
 *
 * @param pools one for each application, by the index of its route
 * @param responseTimeout how long an application may take to begin its response
 */
public record LoopParts(
        RequestFlow flow,
        ResponseRewriter responses,
        List<UpstreamPool> pools,
        Duration responseTimeout,
        LongSupplier nanoTime,
        InstantSource clock) {}
