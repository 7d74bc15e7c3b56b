package dev.portcullis.gateway.exchange;

import dev.portcullis.core.access.Source;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.trace.ExchangeTrace;
import dev.portcullis.gateway.upstream.Address;
import dev.portcullis.gateway.verdict.Verdict;

/**
 * What is known of an exchange: what the ledger and the stations ask, and write down. Not
 * thread-safe: everything happens on one event loop.
 */
abstract class ExchangeFacts {
    final Downstream downstream;
    final RequestHead head;
    final Routing routing;
    /** Whether only the verdict on another request is wanted. */
    boolean asks;
    /** That other request; null before it is known, and where none is asked about. */
    RequestHead question;
    Caller caller;
    Verdict verdict = new Verdict();
    ExchangePhase phase = ExchangePhase.HEAD;
    byte[] requestId;
    long beganNanos;
    long beganMillis;
    Address address;
    boolean reusedConnection;
    boolean admitted;
    boolean counted;
    byte[] rateFields;
    int retryAfterSeconds = 1;
    boolean over;
    int status;
    Refusal refusal;
    String code;
    long bodyBytesIn;
    ExchangeTrace trace;
    boolean wasLeased;
    int timesSentAgain;
    boolean paused;
    long verdictNanos = -1;
    long leasedNanos;
    long upstreamNanos = -1;

    ExchangeFacts(Routing routing, Downstream downstream, RequestHead head) {
        this.routing = routing;
        this.downstream = downstream;
        this.head = head;
        this.caller = downstream.caller();
    }

    void requestId(byte[] id) {
        requestId = id;
    }

    void began(long nanos, long millis) {
        beganNanos = nanos;
        beganMillis = millis;
    }

    void counted(boolean on) {
        counted = on;
    }

    /** Whether it counts among those that the gateway may have in progress. */
    boolean isCounted() {
        return counted;
    }

    void rateFields(byte[] fields) {
        rateFields = fields;
    }

    /** What its client is told of its rate, whatever the answer is; null: nothing. */
    byte[] rateFields() {
        return rateFields;
    }

    void retryAfterSeconds(int seconds) {
        retryAfterSeconds = seconds;
    }

    /** When the same request may be worth sending again, where a refusal says that it may. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    void judged(long nanos) {
        verdictNanos = nanos;
    }

    /** Whether it has ended. */
    public boolean isOver() {
        return over;
    }

    /** The verdict on it, as far as there is one. */
    public Verdict verdict() {
        return verdict;
    }

    /** The routes in force when it began. */
    Routing routing() {
        return routing;
    }

    /** Who sent it, as far as its connection and the head tell. */
    Caller caller() {
        return caller;
    }

    void caller(Caller told) {
        caller = told;
    }

    /** Where it comes from. */
    Source source() {
        return caller.source();
    }

    /** Only the verdict on another request is wanted, which is yet to be told. */
    void asks() {
        asks = true;
    }

    /** The verdict on that request is wanted. */
    void ask(RequestHead about) {
        question = about;
    }

    /** Whether only a verdict is wanted. */
    boolean asksOnly() {
        return asks;
    }

    /**
     * Whether the gateway's own reply is one of gRPC, whose HTTP status is always 200. Who asks for
     * a verdict is told by the status: for them it never is.
     */
    boolean repliesAsGrpc() {
        return head.grpc() && !asks;
    }

    /** The request under judgement. */
    RequestHead judged() {
        return question == null ? head : question;
    }

    RequestHead head() {
        return head;
    }

    Downstream downstream() {
        return downstream;
    }

    byte[] requestId() {
        return requestId;
    }

    long beganNanos() {
        return beganNanos;
    }

    long beganMillis() {
        return beganMillis;
    }

    ExchangePhase phase() {
        return phase;
    }

    void admitted() {
        admitted = true;
    }

    /** Whether it takes one of the places that its application has. */
    boolean isAdmitted() {
        return admitted;
    }

    /** Where it was sent, or was to be sent; null when it did not come that far. */
    Address address() {
        return address;
    }

    /** From the head to the verdict; -1 when nobody asked for it, or there was none. */
    long verdictNanos() {
        return verdictNanos;
    }

    void trace(ExchangeTrace part) {
        trace = part;
    }

    /** Its part of a trace; null when there is no tracing. */
    ExchangeTrace trace() {
        return trace;
    }

    /** Whether it has had an upstream connection. */
    boolean wasLeased() {
        return wasLeased;
    }

    /** When it got its last upstream connection, on the monotonic clock. */
    long leasedNanos() {
        return leasedNanos;
    }

    /** Whether the whole response came with its head: then both came at one time. */
    boolean endedAtOnce() {
        return phase == ExchangePhase.FINISHED && !paused;
    }

    /** How often the request was sent once more. */
    int retries() {
        return timesSentAgain;
    }

    /** From the lease of the upstream connection to its response head; -1 when there was none. */
    long upstreamNanos() {
        return upstreamNanos;
    }

    boolean reusedConnection() {
        return reusedConnection;
    }

    int status() {
        return status;
    }

    Refusal refusal() {
        return refusal;
    }

    String code() {
        return code;
    }

    long bodyBytesIn() {
        return bodyBytesIn;
    }

    long bytesOut() {
        return downstream.octetsSent();
    }
}
