package dev.portcullis.cli.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What a measurement of revocations came to.
 *
 * @param commit the times to the answer that waited for no gateway
 * @param propagated the times to the answer that the revocation holds everywhere
 * @param pending how many were answered otherwise, within the wait of the admin-service
 * @param unconfirmed whom those answers named, sorted
 * @param refused how often a gateway refused a token right after
 * @param unclear how often a gateway then said neither yes nor no
 * @param accepted how often one accepted it
 * @param violations the first of those, in words
 * @param interrupted whether it was ended early
 */
record RevokeFigures(
        Latencies commit,
        Latencies propagated,
        int pending,
        Set<String> unconfirmed,
        int refused,
        int unclear,
        int accepted,
        List<String> violations,
        boolean interrupted) {

    /** As a table or as JSON; {@code shown}: the tokens were shown to gateways. */
    void print(Output output, boolean shown) {
        if (output.isJson()) {
            output.raw(json());
            return;
        }
        output.table(List.of("MILLISECONDS", "COUNT", "P50", "P90", "P99", "MAX"), List.of(
                commit.row("commit alone"), propagated.row("propagated")));
        output.raw("");
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("median, times the commit", ratio());
        fields.put("pending", pending == 0
                ? "0"
                : pending + ", not confirmed by " + String.join(", ", unconfirmed));
        if (shown) {
            fields.put("refused right after", Integer.toString(refused));
            fields.put("neither yes nor no", Integer.toString(unclear));
            fields.put("violations", Integer.toString(accepted));
        }
        output.fields(fields);
    }

    private String ratio() {
        return commit.count() == 0 || propagated.count() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.2f",
                        (double) propagated.percentile(0.5) / commit.percentile(0.5));
    }

    private String json() {
        StringJoiner names = new StringJoiner("\", \"", "\"", "\"");
        unconfirmed.forEach(names::add);
        return String.format(Locale.ROOT,
                "{\"commit\": %s, \"propagated\": %s, \"pending\": %d, "
                        + "\"unconfirmed_gateways\": [%s], \"refused\": %d, \"unclear\": %d, "
                        + "\"violations\": %d, \"interrupted\": %s}",
                commit.json(), propagated.json(), pending,
                unconfirmed.isEmpty() ? "" : names, refused, unclear, accepted, interrupted);
    }
}
