package dev.portcullis.gateway.upstream;

import java.util.List;

/** An application's endpoints, and how they are. Shared by all loops; any thread. */
public final class Cluster {
    private final String name;
    private final UpstreamConfig config;
    private final List<Endpoint> endpoints;

    /** The endpoints of an application, none of them looked up yet. */
    public Cluster(String name, UpstreamConfig config) {
        this.name = name;
        this.config = config;
        this.endpoints = config.endpoints().stream().map(Endpoint::new).toList();
    }

    /** The application's name. */
    public String name() {
        return name;
    }

    public UpstreamConfig config() {
        return config;
    }

    /** At least one. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Looks the names up, which may take seconds. Never on an event loop. */
    public void refresh() {
        endpoints.forEach(Endpoint::refresh);
    }
}
