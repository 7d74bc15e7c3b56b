package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.RefusalBudget.LeftOut;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.token.TokenPrefix;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What gateways refused: kept in the audit log as rate-limited summaries, and acted upon where a
 * replaced credential came back. As {@link Users} for threads and errors.
 *
 * <p>A gateway is trusted, but what it reports began with strangers: so every field is bounded, and
 * no more than {@link RefusalBudget#PER_MINUTE} summaries a minute are written over all gateways.
 */
public final class Refusals {
    /** The most summaries in one report. */
    public static final int REPORT_MAX = 1_000;

    /** The code of a right secret whose overlap has passed. */
    static final String REPLACED = "credential_replaced";

    private static final Pattern GATEWAY_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SOURCE = Pattern.compile("[0-9A-Za-z.:%_-]{0,64}");
    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private final Store store;
    private final ReuseDetection reuse;
    private final RefusalBudget budget;
    private final InstantSource clock;

    /** Use cases on a store. */
    public Refusals(Store store, TokenPolicy policy, InstantSource clock) {
        this.store = store;
        this.reuse = new ReuseDetection(store, policy);
        this.budget = new RefusalBudget(clock);
        this.clock = clock;
    }

    /**
     * Takes a report in. A report that failed may be sent again: at worst its summaries stand in
     * the audit log twice.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT} when it is malformed or has more than
     *     {@link #REPORT_MAX} entries
     */
    public void report(String gatewayId, List<Refusal> refusals) {
        check(gatewayId, refusals);
        // first: it is acted upon, while the rest is only told
        for (Refusal refusal : refusals) {
            if (refusal.code().equals(REPLACED) && !refusal.prefix().isEmpty()) {
                // a gateway's clock may run ahead of ours, by which the overlap is not over yet
                long at = Math.min(refusal.lastAt(), clock.millis());
                reuse.cameBack(gateway(gatewayId, refusal), refusal.prefix(), at);
            }
        }
        LeftOut leftOut = budget.leftOut();
        List<Refusal> written =
                refusals.stream().filter(refusal -> budget.take(refusal.count())).toList();
        if (leftOut != null || !written.isEmpty()) {
            store.write(transaction -> {
                writeLeftOut(transaction, leftOut);
                for (Refusal refusal : written) {
                    write(transaction, gatewayId, refusal);
                }
                return null;
            });
        }
    }

    /**
     * Writes what had to be left out of a minute that is over, if anything. To be called now and
     * then, since there may be no further report.
     */
    public void flush() {
        LeftOut leftOut = budget.leftOut();
        if (leftOut != null) {
            store.write(transaction -> {
                writeLeftOut(transaction, leftOut);
                return null;
            });
        }
    }

    private static void writeLeftOut(WriteTransaction transaction, LeftOut leftOut)
            throws SQLException {
        if (leftOut != null) {
            transaction.auditUnchanged(Actor.system("refusals"), new AuditEntry(
                    "access.refused", "gateway", "*", null, RefusalJson.leftOut(leftOut)));
        }
    }

    private static void write(WriteTransaction transaction, String gatewayId, Refusal refusal)
            throws SQLException {
        boolean known = !refusal.prefix().isEmpty();
        transaction.auditUnchanged(gateway(gatewayId, refusal), new AuditEntry(
                "access.refused", known ? "token" : "gateway",
                known ? refusal.prefix() : gatewayId, null,
                RefusalJson.refusal(gatewayId, refusal, transaction.nowMillis())));
    }

    /** Portcullis itself, about somebody at an address. */
    private static Actor gateway(String gatewayId, Refusal refusal) {
        return new Actor(
                Actor.SYSTEM_ID, Actor.SYSTEM_ID, null, refusal.source(), "gateway-" + gatewayId);
    }

    private static void check(String gatewayId, List<Refusal> refusals) {
        if (gatewayId == null || !GATEWAY_ID.matcher(gatewayId).matches()) {
            throw ServiceException.invalid("gateway_id", "must be 1 to 64 of [A-Za-z0-9._-]");
        }
        if (refusals.size() > REPORT_MAX) {
            throw ServiceException.invalid("refusals", "at most " + REPORT_MAX);
        }
        refusals.forEach(Refusals::check);
    }

    private static void check(Refusal refusal) {
        if (refusal.code() == null || !CODE.matcher(refusal.code()).matches()) {
            throw ServiceException.invalid("refusals.code", "must be 1 to 64 of a-z, 0-9 and _");
        }
        checkPrefix(refusal.prefix());
        if (refusal.source() == null || !SOURCE.matcher(refusal.source()).matches()) {
            throw ServiceException.invalid(
                    "refusals.source", "must be an address of at most 64 characters, or empty");
        }
        if (refusal.application() == null || !refusal.application().isEmpty()) {
            Names.application("refusals.application", refusal.application());
        }
        if (refusal.count() < 1) {
            throw ServiceException.invalid("refusals.count", "must be at least 1");
        }
        if (refusal.firstAt() <= 0) {
            throw ServiceException.invalid("refusals.first_at_ms", "must be after the epoch");
        }
        if (refusal.lastAt() < refusal.firstAt()) {
            throw ServiceException.invalid(
                    "refusals.last_at_ms", "must not be before first_at_ms");
        }
    }

    private static void checkPrefix(String prefix) {
        try {
            if (prefix == null || !prefix.isEmpty()) {
                TokenPrefix.of(prefix == null ? "" : prefix);
            }
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("refusals.prefix", e.getMessage());
        }
    }
}
