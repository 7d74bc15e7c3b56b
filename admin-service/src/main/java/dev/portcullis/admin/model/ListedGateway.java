package dev.portcullis.admin.model;

/**
 * A gateway as operators see it.
 *
 * @param standing what is known of it; of an enrolment that no gateway uses, its name alone
 * @param lag how many revisions it is behind
 */
public record ListedGateway(GatewayStanding standing, State state, long lag) {
    /** What a gateway may do. */
    public enum State {
        /** It watches, and may answer from what it knows. */
        READY,
        /** It watches, and may not. */
        WAITING,
        /** It does not watch, and may answer from what it knows for a while yet. */
        AWAY,
        /** It is enrolled, and not seen. */
        ABSENT
    }
}
