package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.AuditFilter;
import dev.portcullis.admin.service.AuditLog;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** {@code /api/events/audit}: pages, a stream without end, and whether the chain is whole. */
final class AuditEndpoints {
    /** One event as a line, as newline-delimited JSON. */
    private static final String LINES = "application/x-ndjson";
    private static final String PATH = "/api/events/audit";
    private static final String[] FILTERS = {
        "actor", "target", "action", "since", "until", "order", "follow", "after"
    };

    private final AuditLog auditLog;
    private final AuditStreams streams;
    private final Executor longCalls;

    /** @param longCalls runs what takes seconds, so that nothing else waits for it; bounded */
    AuditEndpoints(AuditLog auditLog, Executor longCalls) {
        this.auditLog = auditLog;
        this.longCalls = longCalls;
        this.streams = new AuditStreams(auditLog);
    }

    void addTo(Routes routes) {
        Operation list = Operation.of("GET", PATH, "ListAuditEvents", Access.READER)
                .tag("Audit")
                .text("The audit log, page by page. With follow=true, or where newline-delimited"
                        + " JSON is accepted alone: every event that matches, then each as it"
                        + " happens, one on a line, without end; empty lines tell that the"
                        + " connection lives. Where it breaks off, go on behind the last event.")
                .query("actor", Schema.text(0, 1_200), "Id, or name at the time, of who acted.")
                .query("target", Schema.text(0, 1_200), "Id of who or what was acted upon.")
                .query("action", Schema.text(0, 1_200),
                        "An action, or its beginning up to a dot: \"token.\".")
                .query("since", Schema.instant(), "The first instant.")
                .query("until", Schema.instant(), "The instant behind the last.")
                .query("order", Schema.words("asc", "desc"), "Oldest first when absent.")
                .query("follow", Schema.flag(), "Whether to go on with what happens from now on.")
                .query("after", Schema.pattern("^(-1|[0-9]{1,18})$"),
                        "When following: behind which event to begin; 0, the first, when absent;"
                                + " -1: only with what happens from now on.")
                .paged()
                .answers(Schema.list(Schema.ref("AuditEvent")), "Link")
                .answers(LINES, Schema.ref("AuditEvent"));
        routes.add(list, this::list);
        Operation verify = Operation.of("GET", PATH + "/verify", "VerifyAudit", Access.READER)
                .tag("Audit")
                .text("Follows the chain from the first event to the last.")
                .query("expected_seq", Schema.pattern("^[0-9]{1,18}$"),
                        "When given: the chain must have this hash at this event. Kept outside, it"
                                + " finds a chain that was rewritten as a whole.")
                .query("expected_hash", Schema.pattern("^[0-9a-fA-F]{64}$"), "In hexadecimal.")
                .answers(Schema.ref("AuditVerification"));
        routes.add(verify, this::verify);
    }

    private Answer list(Call call) {
        call.allowParametersAndPage(FILTERS);
        AuditFilter filter = new AuditFilter(
                call.parameter("actor"),
                call.parameter("target"),
                call.parameter("action"),
                instant(call, "since"),
                instant(call, "until"));
        boolean descending = descending(call.parameter("order"));
        if (!follows(call)) {
            if (call.parameter("after") != null) {
                throw RestException.invalid("after", "is understood when following only");
            }
            return Answer.of(Render.page(
                    call,
                    auditLog.list(call.actor(), filter, descending, call.page()),
                    RenderAudit::event));
        }
        if (descending) {
            throw RestException.invalid("order", "must be asc when following");
        }
        EventStream events = orTooMany(
                () -> streams.open(call.actor(), filter, whole(call, "after", -1)));
        return Answer.of(RestReply.ok(new RestReply.Stream(LINES, events)));
    }

    private static boolean follows(Call call) {
        Boolean asked = call.flag("follow");
        String accept = call.request().headers().accept();
        boolean linesAlone = accept != null && accept.trim().equalsIgnoreCase(LINES);
        boolean follows = asked == null ? linesAlone : asked;
        // HEAD would keep for ever what nobody reads
        return follows && call.request().method().equals("GET");
    }

    private static boolean descending(String order) {
        if (order == null || order.equals("asc")) {
            return false;
        }
        if (order.equals("desc")) {
            return true;
        }
        throw RestException.invalid("order", "must be asc or desc");
    }

    private static Instant instant(Call call, String name) {
        String text = call.parameter(name);
        return text == null ? null : Words.instant(name, text);
    }

    /** A whole number up to 18 digits, from {@code min} on; 0 when absent. */
    private static long whole(Call call, String name, long min) {
        String text = call.parameter(name);
        if (text == null) {
            return 0;
        }
        if (text.matches("-?[0-9]{1,18}") && Long.parseLong(text) >= min) {
            return Long.parseLong(text);
        }
        throw RestException.invalid(name, "must be a whole number from " + min + " on");
    }

    private Answer verify(Call call) {
        call.allowParameters("expected_seq", "expected_hash");
        long seq = whole(call, "expected_seq", 0);
        byte[] hash = hash(call.parameter("expected_hash"));
        try {
            return Answer.later(CompletableFuture.supplyAsync(
                    () -> verified(call, seq, hash), longCalls));
        } catch (RejectedExecutionException e) {
            throw RestException.tooMany("the audit log is being verified already", 1);
        }
    }

    private RestReply verified(Call call, long seq, byte[] hash) {
        AuditLog.Verified verified = orTooMany(
                () -> auditLog.verify(call.actor(), seq, hash, (done, total) -> { }));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("verified", verified.events());
        json.put("ok", verified.problem() == null);
        json.put("problem", verified.problem());
        json.put("last_hash", verified.lastHash() == null
                ? null
                : HexFormat.of().formatHex(verified.lastHash()));
        return RestReply.ok(json);
    }

    private static byte[] hash(String hex) {
        if (hex == null) {
            return null;
        }
        if (!hex.matches("[0-9a-fA-F]{64}")) {
            throw RestException.invalid("expected_hash", "must be 64 hexadecimal digits");
        }
        return HexFormat.of().parseHex(hex);
    }

    /** What is used up here is not room to store anything, but how many may do this at once. */
    private static <T> T orTooMany(Supplier<T> work) {
        try {
            return work.get();
        } catch (ServiceException e) {
            if (e.code() == Code.RESOURCE_EXHAUSTED) {
                throw RestException.tooMany(e.getMessage(), 1);
            }
            throw e;
        }
    }
}
