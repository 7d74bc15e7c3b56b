package dev.portcullis.gateway.upstream;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** An application's endpoints, and how they are. Shared by all loops; any thread. */
public final class Cluster {
    private final String name;
    private final UpstreamConfig config;
    private final ClusterStats stats;
    private final NameLookup names;
    private final List<Endpoint> endpoints;
    private final RetryBudget retryBudget;
    private volatile Members members;

    /** The endpoints of an application, none of them looked up yet. */
    public Cluster(String name, UpstreamConfig config, ClusterStats stats) {
        this(name, config, stats, InetAddress::getAllByName);
    }

    Cluster(String name, UpstreamConfig config, ClusterStats stats, NameLookup names) {
        this.name = name;
        this.config = config;
        this.stats = stats;
        this.names = names;
        this.endpoints = config.endpoints().stream().map(Endpoint::new).toList();
        this.retryBudget = new RetryBudget(config.retry(), stats);
        publish();
    }

    /** The application's name. */
    public String name() {
        return name;
    }

    public UpstreamConfig config() {
        return config;
    }

    /** What is counted of it. */
    public ClusterStats stats() {
        return stats;
    }

    /** At least one. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Looks the names up, which may take seconds. Never on an event loop, nor by two threads. */
    public void refresh() {
        boolean changed = false;
        for (Endpoint endpoint : endpoints) {
            changed |= endpoint.refresh(names);
        }
        if (changed) {
            publish();
        }
    }

    RetryBudget retryBudget() {
        return retryBudget;
    }

    /** Who gets requests now. */
    Members members() {
        return members;
    }

    private synchronized void publish() {
        List<Address> all = new ArrayList<>();
        endpoints.forEach(endpoint -> all.addAll(endpoint.addresses()));
        List<Address> known = all.stream().filter(address -> address.socket() != null).toList();
        members = new Members(all, known.isEmpty() ? all : known);
    }
}
