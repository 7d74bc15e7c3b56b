package dev.portcullis.gateway.http1;

/** The fields behind a chunked body (RFC 9112, section 7.1.2). */
public final class Trailers extends MessageHead {
    private static final HeadLimits LIMITS = new HeadLimits(8 * 1024, 0, Integer.SIZE);

    /** A bit for each field that belongs to one hop. */
    private int nominated;

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
     * Takes note of those that the Connection field of the message's head names: they go no
     * further, as fields of a head would not (RFC 9110, section 7.6.1).
     */
    public void nominatedBy(MessageHead head) {
        for (int field = 0; field < fields(); field++) {
            if (ConnectionOptions.nominate(head, this, field)) {
                nominated |= 1 << field;
            }
        }
    }

    /**
     * Whether a field may be passed on: never one that frames, routes, authenticates, identifies,
     * modifies a request, controls a response or says what its content is (RFC 9110, section
     * 6.5.1), and none of one connection.
     */
    public boolean mayPass(int field) {
        return name(field) == FieldName.OTHER && (nominated & 1 << field) == 0
                && !TrailerNames.forbid(bytes(), nameFrom(field), nameTo(field));
    }
}
