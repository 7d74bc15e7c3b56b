package dev.portcullis.gateway.lookup;

import dev.portcullis.core.access.Principal;
import dev.portcullis.core.verify.CredentialRecord;
import java.net.InetAddress;

/**
 * What is known of a credential prefix. Believe it at once, within the task of the event loop that
 * received it, and never in a later one: then a change can be acknowledged once every loop has been
 * passed.
 */
public sealed interface LookupResult
        permits LookupResult.Found, LookupResult.Unknown, LookupResult.Unavailable {

    /**
     * There is such a credential, in whatever state. Immutable as far as callers see; any thread.
     */
    final class Found implements LookupResult {
        private final CredentialEntry credential;
        private final CredentialEntry parent;
        private final PrincipalEntry principal;
        private final long goodUntilMillis;

        /**
         * An answer.
         *
         * @param parent null for what was not exchanged
         */
        Found(CredentialEntry credential, CredentialEntry parent, PrincipalEntry principal) {
            this.credential = credential;
            this.parent = parent;
            this.principal = principal;
            long own = end(credential.record());
            this.goodUntilMillis = parent == null ? own : Math.min(own, end(parent.record()));
        }

        private static long end(CredentialRecord record) {
            return Math.min(record.expiresAtMillis(), record.replacedAtMillis());
        }

        /** The record to verify the secret against; never null. */
        public CredentialRecord credential() {
            return credential.record();
        }

        /** The record of the API key it was exchanged from; null for what was not exchanged. */
        public CredentialRecord parent() {
            return parent == null ? null : parent.record();
        }

        /**
         * When time alone ends what these records permit: the credential or its key expires or is
         * replaced. Milliseconds since the epoch; {@link CredentialRecord#NEVER} for never.
         */
        public long goodUntilMillis() {
            return goodUntilMillis;
        }

        /** The user it belongs to, or null when there is no such user (any more). */
        public Principal principal() {
            return principal.principal();
        }

        /**
         * Notes that a request was permitted on it, for the report to the origin. Any thread; a few
         * nanoseconds.
         *
         * @param nowMillis milliseconds since the epoch
         * @param source the address of the client; not null
         */
        public void used(long nowMillis, InetAddress source) {
            credential.usage().used(nowMillis, source);
        }

        CredentialEntry credentialEntry() {
            return credential;
        }

        CredentialEntry parentEntry() {
            return parent;
        }

        PrincipalEntry principalEntry() {
            return principal;
        }

        @Override
        public String toString() {
            return "found " + credential.record().prefix();
        }
    }

    /** There is no such credential. */
    final class Unknown implements LookupResult {
        private final long asOf;

        Unknown(long asOf) {
            this.asOf = asOf;
        }

        /** The revision at which there was none. */
        long asOf() {
            return asOf;
        }

        @Override
        public String toString() {
            return "unknown";
        }
    }

    /** It cannot be known now, and why: neither let through nor 'wrong', but 'ask again'. */
    enum Unavailable implements LookupResult {
        /** The origin could not be reached, or could not read its database. */
        ORIGIN_UNREACHABLE,
        /** The origin did not answer in time. */
        ORIGIN_TOO_SLOW,
        /** The origin answered with something that is no record. */
        ORIGIN_MALFORMED,
        /** As many questions as may be asked at once are under way. */
        TOO_MANY_RESOLVES,
        /** The record changed faster than it could be read. */
        CHANGING,
        /** The gateway is stopping. */
        CLOSED
    }
}
