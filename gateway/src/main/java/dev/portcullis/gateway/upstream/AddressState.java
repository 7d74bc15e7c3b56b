package dev.portcullis.gateway.upstream;

/**
 * An address at an instant, for metrics.
 *
 * @param endpoint {@code host:port}, as configured
 * @param address {@code address:port}, or as the endpoint while its name stands for nothing
 * @param healthy active checks have not found otherwise
 * @param ejected it gets no requests for a while, as it has failed too often
 */
public record AddressState(String endpoint, String address, boolean healthy, boolean ejected) {}
