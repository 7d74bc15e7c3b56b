package dev.portcullis.admin.service;

/**
 * Who a gateway has proved to be. No secret is in it.
 *
 * @param credentialId prefix of the enrolment's credential
 * @param userId of the enrolment's internal user
 * @param name of the enrolment
 * @param expiresAtMillis when the credential ends; {@link Long#MAX_VALUE}: never, as for all that
 *     were made by enrolling
 */
public record Enrolled(String credentialId, String userId, String name, long expiresAtMillis) {
    /** Whether the credential has ended by itself. */
    public boolean expiredAt(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }
}
