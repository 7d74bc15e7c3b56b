package dev.portcullis.cli.client;

import com.google.protobuf.ByteString;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.Progress;
import dev.portcullis.proto.admin.v1.ListAuditEventsRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditResponse;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code portcullis audit ...}. */
final class AuditCommands {
    private static final Pattern MARK = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-fA-F]{64})");

    private AuditCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new AuditGroup())
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new AuditTailCommand(environment))
                .addSubcommand(new Verify(environment));
    }

    @Command(name = "audit", description = "The audit log: every change, chained by hash.",
            footer = {"", "Example:", "  portcullis audit list --since 1h"})
    private static final class AuditGroup extends Group {}

    @Command(name = "list", description = "Lists audit events, oldest first.", footer = {
        "", "Example:",
        "  portcullis audit list --action token. --since 1d",
        "  portcullis audit list --descending -o json | head"})
    private static final class ListAll extends ClientCommand {
        @Mixin
        private AuditFilterOptions filter;

        @Option(names = "--descending", description = "Newest first.")
        private boolean descending;

        private ListAuditEventsRequest request;

        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            request = ListAuditEventsRequest.newBuilder()
                    .setFilter(filter.filter())
                    .setDescending(descending)
                    .setPageSize(Pages.SIZE)
                    .build();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Output.Table table = output.isJson() ? null : output.startTable(AuditView.HEADS);
            String pageToken = "";
            do {
                var page = admin.audit()
                        .listAuditEvents(request.toBuilder().setPageToken(pageToken).build());
                if (table == null) {
                    page.getEventsList().forEach(output::jsonLine);
                } else {
                    table.rows(page.getEventsList().stream().map(AuditView::row).toList());
                }
                pageToken = page.getNextPageToken();
            } while (!pageToken.isEmpty());
        }
    }

    @Command(name = "verify", description = {
        "Follows the chain of the audit log from its first event to its last. Prints SEQ:HASH at",
        "the end: keep it elsewhere, and give it to --expect later, and even a log that was",
        "rewritten as a whole is found."},
            footer = {"", "Example:",
                "  portcullis audit verify",
                "  portcullis audit verify --expect 42:"
                        + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})
    private static final class Verify extends ClientCommand {
        @Option(names = "--expect", paramLabel = "SEQ:HASH",
                description = "What an earlier run printed.")
        private String expected;

        @Option(names = "--progress",
                description = "Tells how far it has come even where nobody watches.")
        private boolean progress;

        private final VerifyAuditRequest.Builder request = VerifyAuditRequest.newBuilder();

        Verify(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            if (expected == null) {
                return;
            }
            Matcher mark = MARK.matcher(expected);
            if (!mark.matches()) {
                throw usage("--expect: '" + expected + "' is not SEQ:HASH as printed by an "
                        + "earlier run: a number, a colon and 64 hexadecimal digits");
            }
            request.setExpectedSeq(Long.parseLong(mark.group(1)))
                    .setExpectedHash(ByteString.copyFrom(
                            HexFormat.of().parseHex(mark.group(2))));
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Progress bar = output.progress(progress);
            VerifyAuditResponse last = null;
            Iterator<VerifyAuditResponse> replies =
                    admin.auditStreams().verifyAudit(request.build());
            while (replies.hasNext() && (last == null || !last.getFinished())) {
                last = replies.next();
                bar.at("verified", last.getVerified(), last.getTotal());
            }
            bar.done();
            if (last == null || !last.getFinished()) {
                throw new CommandException(ExitCode.REFUSED,
                        "the admin API ended before the audit log was verified; try again");
            }
            if (output.isJson()) {
                output.json(last);
            }
            if (!last.getProblem().isEmpty()) {
                throw new CommandException(ExitCode.REFUSED,
                        "the audit log is not intact: " + last.getProblem());
            }
            if (!output.isJson()) {
                output.raw("intact: " + last.getVerified()
                        + (last.getVerified() == 1 ? " event" : " events"));
                output.raw(last.getVerified() + ":"
                        + HexFormat.of().formatHex(last.getLastHash().toByteArray()));
            }
        }
    }
}
