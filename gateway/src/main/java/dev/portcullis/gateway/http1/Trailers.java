package dev.portcullis.gateway.http1;

/** The fields behind a chunked body (RFC 9112, section 7.1.2). */
public final class Trailers extends MessageHead {
    private static final HeadLimits LIMITS = new HeadLimits(8 * 1024, 0, 32);

    /** Trailers that are still to be read. */
    public Trailers() {
        super(LIMITS);
        clear();
    }

    @Override
    boolean hasStartLine() {
        return false;
    }

    @Override
    HeadProblem startLine(int from, int to) {
        return HeadProblem.MALFORMED;
    }

    @Override
    HeadProblem known(FieldName name, int valueFrom, int valueTo) {
        return null;
    }

    @Override
    HeadProblem check() {
        return null;
    }

    /**
     * Whether a field may be passed on: never one that frames, routes, authenticates or identifies
     * (RFC 9110, section 6.5.1).
     */
    public boolean mayPass(int field) {
        return name(field) == FieldName.OTHER;
    }
}
