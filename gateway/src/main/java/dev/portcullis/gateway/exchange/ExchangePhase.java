package dev.portcullis.gateway.exchange;

/**
 * The phases of an exchange, in order: the only list of their names. The access log says in which
 * one an exchange ended.
 */
public enum ExchangePhase {
    /** Reading the request's head. */
    HEAD,
    /** Route, credential, look-up, verify, authorise. */
    VERDICT,
    /** Leasing a connection to the application. */
    LEASE,
    /** Relaying the request, waiting for the response. */
    REQUEST,
    /** Relaying the response. */
    RESPONSE,
    /** Done: both messages were relayed whole. */
    FINISHED
}
