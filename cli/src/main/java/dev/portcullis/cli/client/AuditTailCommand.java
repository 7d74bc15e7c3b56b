package dev.portcullis.cli.client;

import dev.portcullis.cli.StopSignal;
import dev.portcullis.proto.admin.v1.AuditEvent;
import dev.portcullis.proto.admin.v1.AuditFilter;
import dev.portcullis.proto.admin.v1.ListAuditEventsRequest;
import dev.portcullis.proto.admin.v1.ListAuditEventsResponse;
import dev.portcullis.proto.admin.v1.StreamAuditEventsRequest;
import dev.portcullis.proto.admin.v1.StreamAuditEventsResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code portcullis audit tail}: resumes behind the last event it saw when the stream breaks. */
@Command(name = "tail", description = {
    "Follows the audit log: prints the last events, then each as it is committed, until Ctrl-C."},
        footer = {"", "Example:",
            "  portcullis audit tail --action token.",
            "  portcullis audit tail --after 42 -o json >>audit.jsonl"})
final class AuditTailCommand extends ClientCommand {
    private static final int LAST_MAX = 1_000;
    private static final int PAUSE_MILLIS = 1_000;

    @Mixin
    private AuditFilterOptions filterOptions;

    @Option(names = {"-n", "--last"}, paramLabel = "<number>",
            description = "Begin with this many of those that are there, 0 to 1000. Default: 10")
    private Integer last;

    @Option(names = "--after", paramLabel = "<seq>",
            description = "Begin behind this event instead; 0: with the first.")
    private Long after;

    private AuditFilter filter;
    /** What the stream of the moment hangs on. */
    private final AtomicReference<Context.CancellableContext> current = new AtomicReference<>();
    /** The last event that was seen, whether it was printed or passed over. */
    private long seen;

    AuditTailCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void check() {
        if (last != null && after != null) {
            throw usage("--last and --after; give one of them");
        }
        if (last != null && (last < 0 || last > LAST_MAX)) {
            throw usage("--last: " + last + " is not between 0 and " + LAST_MAX);
        }
        if (after != null && after < 0) {
            throw usage("--after: " + after + " is below 0");
        }
        filter = filterOptions.filter();
    }

    @Override
    void run(AdminConnection admin, Output output) {
        StopSignal stop = StopSignal.install();
        stop.whenAsked(() -> {
            Context.CancellableContext following = current.get();
            if (following != null) {
                following.cancel(null);
            }
        });
        if (after == null) {
            printLast(admin, output);
        } else {
            seen = after;
        }
        while (!stop.isAsked()) {
            try {
                follow(admin, output, stop);
            } catch (StatusRuntimeException e) {
                if (stop.isAsked()) {
                    return;
                }
                requireTransient(e);
                output.note("the stream broke off; going on behind event " + seen);
            }
            pause(stop);
        }
    }

    /** The events that are there; where the following begins is settled before they are asked. */
    private void printLast(AdminConnection admin, Output output) {
        List<AuditEvent> newest = page(admin, AuditFilter.getDefaultInstance(), 1)
                .getEventsList();
        seen = newest.isEmpty() ? 0 : newest.get(0).getSeq();
        int wanted = last == null ? 10 : last;
        if (wanted == 0) {
            return;
        }
        List<AuditEvent> events =
                new ArrayList<>(page(admin, filter, wanted).getEventsList());
        Collections.reverse(events);
        long end = seen;
        events.stream().filter(event -> event.getSeq() <= end)
                .forEach(event -> print(output, event));
    }

    private static ListAuditEventsResponse page(
            AdminConnection admin, AuditFilter filter, int size) {
        return admin.audit().listAuditEvents(ListAuditEventsRequest.newBuilder()
                .setFilter(filter)
                .setDescending(true)
                .setPageSize(size)
                .build());
    }

    private void follow(AdminConnection admin, Output output, StopSignal stop) {
        Context.CancellableContext context = Context.current().withCancellation();
        current.set(context);
        try {
            if (stop.isAsked()) {
                return;
            }
            context.run(() -> {
                Iterator<StreamAuditEventsResponse> events = admin.auditStreams()
                        .streamAuditEvents(StreamAuditEventsRequest.newBuilder()
                                .setFilter(filter)
                                .setAfterSeq(seen)
                                .build());
                while (events.hasNext()) {
                    AuditEvent event = events.next().getEvent();
                    print(output, event);
                    seen = event.getSeq();
                }
            });
        } finally {
            context.cancel(null);
        }
    }

    private static void print(Output output, AuditEvent event) {
        if (output.isJson()) {
            output.jsonLine(event);
        } else {
            output.line(AuditView.line(event));
        }
    }

    /** What trying again cannot cure is thrown on. */
    private static void requireTransient(StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (code != Status.Code.UNAVAILABLE && code != Status.Code.CANCELLED
                && code != Status.Code.INTERNAL && code != Status.Code.RESOURCE_EXHAUSTED) {
            throw e;
        }
    }

    private static void pause(StopSignal stop) {
        try {
            stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
