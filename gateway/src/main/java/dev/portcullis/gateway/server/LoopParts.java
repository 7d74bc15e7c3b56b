package dev.portcullis.gateway.server;

import dev.portcullis.gateway.exchange.RequestFlow;
import dev.portcullis.gateway.protect.Guard;
import dev.portcullis.gateway.protect.Protection;
import dev.portcullis.gateway.rewrite.ResponseRewriter;
import dev.portcullis.gateway.tls.ServerTls;
import dev.portcullis.gateway.upstream.Upstreams;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What one event loop needs to serve.
 *
 * @param tls for the listeners that speak it; null where none does
 * @param random for what need not be secret
 */
public record LoopParts(
        RequestFlow flow,
        ResponseRewriter responses,
        Upstreams upstreams,
        LongSupplier nanoTime,
        InstantSource clock,
        Protection protection,
        Guard guard,
        ServerTls tls,
        RandomGenerator random) {}
