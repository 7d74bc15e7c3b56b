package dev.portcullis.admin.rpc;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Takes messages off the wire as they are. They are parsed behind the interceptor, so that
 * strangers get nothing parsed, and so that what is malformed is answered by us instead of being
 * logged by gRPC.
 */
final class OctetsMarshaller implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] octets) {
        return new ByteArrayInputStream(octets);
    }

    /** Bounded by the server's limit on messages. */
    @Override
    public byte[] parse(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
