package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.route.RouteTable;
import dev.portcullis.gateway.upstream.UpstreamPool;
import java.util.List;

/**
 * The routes in force on one loop, and the loop's connections to what is behind them. An exchange
 * keeps those it began with.
 *
 * @param pools one for each application, by the index of its route
 * @param counts one for each application, by the index of its route
 */
public record Routing(
        RouteTable table, List<UpstreamPool> pools, List<ApplicationStats> counts) {
    /** Copies what could change. */
    public Routing {
        pools = List.copyOf(pools);
        counts = List.copyOf(counts);
    }
}
