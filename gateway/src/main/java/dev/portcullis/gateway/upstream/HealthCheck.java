package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * One active check of one address: a request of the gateway's own on a connection of its own. Not
 * thread-safe: everything happens on the loop of the checks.
 */
final class HealthCheck implements UpstreamListener {
    private static final int SUCCESS = 2;

    private final UpstreamRequest request;
    private final Consumer<String> result;
    private UpstreamConnection connection;
    private boolean over;

    /**
     * A check that has not begun.
     *
     * @param request is sent, or given up when it comes to nothing
     * @param result is told once what is wrong; null when the address is well
     */
    HealthCheck(UpstreamRequest request, Consumer<String> result) {
        this.request = request;
        this.result = result;
    }

    /** It has taken too long. */
    void late() {
        end("no answer in time");
    }

    private void end(String problem) {
        if (over) {
            return;
        }
        over = true;
        if (connection == null) {
            request.release();
        } else {
            connection.discard();
        }
        result.accept(problem);
    }

    @Override
    public void leasing(Address address) {
        throw new IllegalStateException("a check is made of an address, which is not chosen");
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public void leased(UpstreamConnection leased) {
        if (over) {
            leased.discard();
            return;
        }
        connection = leased;
        connection.send(request);
        connection.sendEnd(null);
        connection.flush();
    }

    @Override
    public void leaseFailed(Refusal why) {
        end(why.code());
    }

    @Override
    public void interimResponse(ResponseHead head) {
        // says nothing yet
    }

    @Override
    public void responseBegan(ResponseHead head, ResponseBody body) {
        end(head.status() / 100 == SUCCESS ? null : "status " + head.status());
    }

    @Override
    public void responseBody(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void responseEnded(Trailers trailers) {
        // the check was over when the response began
    }

    @Override
    public void responsePaused() {
        // nothing is gathered
    }

    @Override
    public void upstreamWritable() {
        // nothing more is to be sent
    }

    @Override
    public void upstreamFailed(Refusal why) {
        end(why.code());
    }
}
