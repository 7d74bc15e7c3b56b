package dev.portcullis.gateway.http1;

/** How long a gRPC call may take: a positive number of at most 8 digits, and its unit. */
final class GrpcTimeout {
    /** No bound. */
    static final long NONE = Long.MAX_VALUE;

    static final long MALFORMED = -1;

    private static final int DIGITS_MAX = 8;
    private static final long HOUR = 3_600_000_000_000L;
    private static final long MINUTE = 60_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;
    private static final long MICROSECOND = 1_000L;

    private GrpcTimeout() {}

    /** In nanoseconds, or {@link #MALFORMED}; what is beyond all bounds is no bound. */
    static long nanos(byte[] bytes, int from, int to) {
        int digits = to - from - 1;
        if (digits < 1 || digits > DIGITS_MAX) {
            return MALFORMED;
        }
        long number = 0;
        for (int i = from; i < to - 1; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return MALFORMED;
            }
            number = number * 10 + bytes[i] - '0';
        }
        long unit = switch (bytes[to - 1]) {
            case 'H' -> HOUR;
            case 'M' -> MINUTE;
            case 'S' -> SECOND;
            case 'm' -> MILLISECOND;
            case 'u' -> MICROSECOND;
            case 'n' -> 1;
            default -> MALFORMED;
        };
        if (unit == MALFORMED) {
            return MALFORMED;
        }
        return number > NONE / unit ? NONE : number * unit;
    }
}
