package dev.portcullis.gateway.testkit;

import java.util.List;

/**
 * One frame of HTTP/2 as it came.
 *
 * @param fields of a whole field block, {@code name=value}; empty for all but HEADERS
 */
public record H2Frame(int type, int flags, int stream, byte[] payload, List<String> fields) {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 0x1;
    public static final int ACK = 0x1;
    public static final int END_HEADERS = 0x4;
    public static final int PADDED = 0x8;
    public static final int PRIORITY_FLAG = 0x20;

    public static final int NO_ERROR = 0;
    public static final int PROTOCOL_ERROR = 1;
    public static final int INTERNAL_ERROR = 2;
    public static final int FLOW_CONTROL_ERROR = 3;
    public static final int STREAM_CLOSED = 5;
    public static final int FRAME_SIZE_ERROR = 6;
    public static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;
    public static final int COMPRESSION_ERROR = 9;
    public static final int ENHANCE_YOUR_CALM = 11;

    /** Whether it ends its stream. */
    public boolean ends() {
        return type <= HEADERS && (flags & END_STREAM) != 0;
    }

    /** The 32 bits at an offset of the payload: an error code, an increment, a stream. */
    public int number(int at) {
        return (payload[at] & 0xff) << 24 | (payload[at + 1] & 0xff) << 16
                | (payload[at + 2] & 0xff) << 8 | payload[at + 3] & 0xff;
    }

    @Override
    public String toString() {
        return "type " + type + " flags " + flags + " stream " + stream + " length "
                + payload.length + (type == RST_STREAM ? " error " + number(0) : "")
                + (type == GOAWAY ? " last " + number(0) + " error " + number(4) : "")
                + " " + fields;
    }
}
