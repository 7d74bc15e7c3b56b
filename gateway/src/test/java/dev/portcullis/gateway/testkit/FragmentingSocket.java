package dev.portcullis.gateway.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A socket that cuts the first TLS record it sends into many: the hello of a client that lies under
 * a TLS socket. Not thread-safe.
 */
public final class FragmentingSocket extends Socket {
    private static final int HEADER = 5;

    private final int octetsOfARecord;

    /**
     * A connection.
     *
     * @param octetsOfARecord how much of the hello goes into one record; 0: the record stays
     *     whole, and goes out in packets of one octet
     */
    public FragmentingSocket(InetSocketAddress to, int octetsOfARecord) throws IOException {
        super(to.getAddress(), to.getPort());
        this.octetsOfARecord = octetsOfARecord;
        setTcpNoDelay(true);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Cutting(super.getOutputStream());
    }

    private final class Cutting extends OutputStream {
        private final OutputStream out;
        private final ByteArrayOutputStream first = new ByteArrayOutputStream();
        private boolean sent;

        Cutting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            if (sent) {
                out.write(octets, from, length);
                return;
            }
            first.write(octets, from, length);
            byte[] record = first.toByteArray();
            if (record.length >= HEADER
                    && record.length >= HEADER + (record[3] & 0xff) * 256 + (record[4] & 0xff)) {
                sent = true;
                send(record);
            }
        }

        private void send(byte[] record) throws IOException {
            if (octetsOfARecord == 0) {
                for (byte octet : record) {
                    out.write(octet);
                }
                return;
            }
            for (int from = HEADER; from < record.length; from += octetsOfARecord) {
                int length = Math.min(octetsOfARecord, record.length - from);
                byte[] piece = new byte[HEADER + length];
                System.arraycopy(record, 0, piece, 0, 3);
                piece[3] = (byte) (length >> 8);
                piece[4] = (byte) length;
                System.arraycopy(record, from, piece, HEADER, length);
                out.write(piece);
            }
        }
    }
}
