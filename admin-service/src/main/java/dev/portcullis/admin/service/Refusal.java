package dev.portcullis.admin.service;

/**
 * Requests that gateways refused alike. Instants are milliseconds since the epoch.
 *
 * @param prefix of the credential; empty when its secret was not proved
 */
public record Refusal(
        String code,
        String prefix,
        String source,
        String application,
        long count,
        long firstAt,
        long lastAt) {}
