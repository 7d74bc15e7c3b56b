package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc.OriginServiceStub;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the origin for records: each question within a time, and so many at once. Any thread. */
final class OriginClient {
    private static final Logger log = LoggerFactory.getLogger(OriginClient.class);

    /** Told what a question came to, exactly once: one of the two is null. */
    interface Listener {
        void answered(Answer answer, Unavailable unavailable);
    }

    /**
     * What the origin said.
     *
     * @param resolved as it is understood
     * @param wire as it came
     */
    record Answer(Resolved resolved, ResolveResponse wire) {}

    /** One in so many of the questions at once is kept for prefixes that are known to be real. */
    private static final int REAL_SHARE = 4;

    private final OriginServiceStub stub;
    private final Duration timeout;
    private final int max;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean malformed;
    private volatile boolean closed;

    OriginClient(Channel origin, Duration timeout, int max) {
        this.stub = OriginServiceGrpc.newStub(origin);
        this.timeout = timeout;
        this.max = max;
    }

    /**
     * Asks for a credential and its principal; the answer comes on this thread or another.
     *
     * @param real whether some credential has had this prefix: questions about others, which
     *     anybody may have made up, leave room for these
     * @param notBefore an older answer would not be believed
     */
    void resolve(TokenPrefix prefix, boolean real, long notBefore, Listener listener) {
        if (closed) {
            listener.answered(null, Unavailable.CLOSED);
            return;
        }
        if (inFlight.incrementAndGet() > (real ? max : max - max / REAL_SHARE)) {
            inFlight.decrementAndGet();
            failed.increment();
            listener.answered(null, Unavailable.TOO_MANY_RESOLVES);
            return;
        }
        asked.increment();
        Call call = new Call(prefix, listener);
        // others share the answer: it must not end with the call of whoever asked first
        Context asker = Context.ROOT.attach();
        try {
            ResolveRequest request = ResolveRequest.newBuilder()
                    .setCredentialPrefix(prefix.toString())
                    .setNotBefore(notBefore)
                    .build();
            stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .resolve(request, call);
        } catch (RuntimeException e) {
            call.onError(e);
        } finally {
            Context.ROOT.detach(asker);
        }
    }

    /** From now on nothing is asked; what has been asked ends within its time. */
    void close() {
        closed = true;
    }

    int inFlight() {
        return inFlight.get();
    }

    long asked() {
        return asked.sum();
    }

    long failed() {
        return failed.sum();
    }

    private final class Call implements StreamObserver<ResolveResponse> {
        private final TokenPrefix prefix;
        private final Listener listener;
        private final AtomicBoolean ended = new AtomicBoolean();
        private ResolveResponse response;

        Call(TokenPrefix prefix, Listener listener) {
            this.prefix = prefix;
            this.listener = listener;
        }

        @Override
        public void onNext(ResolveResponse message) {
            response = message;
        }

        @Override
        public void onCompleted() {
            if (response == null) {
                end(null, Unavailable.ORIGIN_MALFORMED);
                return;
            }
            Answer answer = null;
            try {
                answer = new Answer(WireRecords.read(prefix, response), response);
                malformed = false;
            } catch (RuntimeException e) {
                noteMalformed(e);
            }
            end(answer, answer == null ? Unavailable.ORIGIN_MALFORMED : null);
        }

        /** Once, until an answer is believed again: requests would otherwise fill the log. */
        private void noteMalformed(RuntimeException e) {
            if (!malformed) {
                malformed = true;
                log.error("the origin's answer about {} is not believed: {}",
                        prefix, e.getMessage());
            }
        }

        @Override
        public void onError(Throwable cause) {
            Status status = Status.fromThrowable(cause);
            log.debug("the origin could not be asked about {}: {}", prefix, status);
            end(null, status.getCode() == Status.Code.DEADLINE_EXCEEDED
                    ? Unavailable.ORIGIN_TOO_SLOW
                    : Unavailable.ORIGIN_UNREACHABLE);
        }

        private void end(Answer answer, Unavailable unavailable) {
            if (ended.compareAndSet(false, true)) {
                inFlight.decrementAndGet();
                if (unavailable != null) {
                    failed.increment();
                }
                listener.answered(answer, unavailable);
            }
        }
    }
}
