package dev.portcullis.admin.rpc;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Ends a call whose request grows beyond what its method needs. gRPC's own limit is one for all
 * methods, so it has to be that of the largest.
 */
final class RequestBound extends ServerStreamTracer.Factory {
    private final RpcLimits limits;

    RequestBound(RpcLimits limits) {
        this.limits = limits;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Gauge(MethodRules.isLarge(method)
                ? limits.largeMessageBytesMax()
                : limits.messageBytesMax());
    }

    /**
     * Of one call, on the thread of its connection. What it throws ends the call as if gRPC had
     * found its message to be too large.
     */
    private static final class Gauge extends ServerStreamTracer {
        private final long bytesMax;
        private long wire;
        private long uncompressed;

        Gauge(long bytesMax) {
            this.bytesMax = bytesMax;
        }

        /** Called as octets come, before a message is whole. */
        @Override
        public void inboundWireSize(long bytes) {
            wire += bytes;
            check(wire);
        }

        /** Called as a message is inflated. */
        @Override
        public void inboundUncompressedSize(long bytes) {
            uncompressed += bytes;
            check(uncompressed);
        }

        private void check(long bytes) {
            if (bytes > bytesMax) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("the request is larger than " + bytesMax + " octets")
                        .asRuntimeException();
            }
        }
    }
}
