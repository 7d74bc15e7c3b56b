package dev.portcullis.gateway.lookup;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One report to the origin that is under way. What it came to is told on the control thread, once.
 *
 * @param <T> the empty answer
 */
final class ReportCall<T> implements StreamObserver<T> {
    private static final Logger log = LoggerFactory.getLogger(ReportCall.class);

    private final Executor control;
    private final Consumer<Status> outcome;

    ReportCall(Executor control, Consumer<Status> outcome) {
        this.control = control;
        this.outcome = outcome;
    }

    @Override
    public void onNext(T empty) {
        // nothing is in it; onCompleted says that it was taken
    }

    @Override
    public void onCompleted() {
        hop(Status.OK);
    }

    @Override
    public void onError(Throwable cause) {
        hop(Status.fromThrowable(cause));
    }

    private void hop(Status status) {
        try {
            control.execute(() -> outcome.accept(status));
        } catch (RejectedExecutionException shutDown) {
            log.debug("the control thread has ended; the outcome of a report was dropped");
        }
    }
}
