package dev.portcullis.gateway.http1;

/** Why a message head, a chunk or a trailer section is not believed. */
public enum HeadProblem {
    /** Not what the grammar says, or readable in two ways. */
    MALFORMED,
    /** The request line is longer than the limit. */
    LINE_TOO_LONG,
    /** The head is longer than the limit, or has too many fields. */
    TOO_LARGE,
    /** A major version other than 1. */
    VERSION_UNSUPPORTED,
    /** An expectation other than {@code 100-continue} (RFC 9110, section 10.1.1). */
    EXPECTATION_UNKNOWN
}
