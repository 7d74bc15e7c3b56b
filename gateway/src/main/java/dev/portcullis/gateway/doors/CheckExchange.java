package dev.portcullis.gateway.doors;

import dev.portcullis.gateway.exchange.Downstream;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.upstream.UpstreamListener.ResponseBody;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBuf;

/**
 * The asker's side of one question of Envoy's: the reply that a client would get becomes the
 * answer. Nothing is ever forwarded, so of all that a client's side can do only the reply happens.
 * Not thread-safe: everything happens on one event loop.
 */
final class CheckExchange implements Downstream {
    private final Caller caller;
    private final StreamObserver<CheckResponse> observer;
    private boolean answered;
    private long octets;

    CheckExchange(Caller caller, StreamObserver<CheckResponse> observer) {
        this.caller = caller;
        this.observer = observer;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public void sendLocal(ByteBuf head, byte[] body, boolean poisoned) {
        CheckResponse answer;
        try {
            answer = Answers.of(head, body);
        } finally {
            head.release();
        }
        octets = body.length;
        answered = true;
        observer.onNext(answer);
        observer.onCompleted();
    }

    @Override
    public void exchangeEnded() {
        unanswered();
    }

    @Override
    public void abort(Refusal why) {
        unanswered();
    }

    /** Who gets no answer refuses the request. */
    void unanswered() {
        if (!answered) {
            answered = true;
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        }
    }

    @Override
    public long octetsSent() {
        return octets;
    }

    @Override
    public void flush() {
        // an answer is sent whole, at once
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void acceptBody(boolean on) {
        // a question has no body
    }

    @Override
    public void sendInterim(ResponseHead head) {
        throw new IllegalStateException("nothing is forwarded here");
    }

    @Override
    public void sendHead(ResponseHead head, ResponseBody body) {
        throw new IllegalStateException("nothing is forwarded here");
    }

    @Override
    public void sendBody(ByteBuf piece) {
        throw new IllegalStateException("nothing is forwarded here");
    }

    @Override
    public void sendEnd(Trailers trailers) {
        throw new IllegalStateException("nothing is forwarded here");
    }
}
