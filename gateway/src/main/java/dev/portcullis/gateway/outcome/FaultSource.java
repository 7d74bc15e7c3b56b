package dev.portcullis.gateway.outcome;

/** Whose fault it is. */
public enum FaultSource {
    DOWNSTREAM,
    UPSTREAM,
    INTERNAL
}
