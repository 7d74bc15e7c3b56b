package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.Progress;
import dev.portcullis.cli.foreign.Contents;
import dev.portcullis.cli.foreign.ForeignFile;
import dev.portcullis.proto.admin.v1.ImportForeignResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis import netbird}. */
@Command(name = "netbird", description = {
    "Takes users and hashed access tokens over from NetBird: those very tokens go on working here.",
    "Of the roles, owner and admin become admin, auditor stays, and all others become reader."},
        footer = {"",
            "The file is NetBird's store as JSON (store.json), or {\"users\": [...]} as in",
            "docs/import.md. Nothing is sent when anything is wrong with it. What was taken over",
            "before is passed over.",
            "",
            "Example:",
            "  portcullis import netbird store.json --dry-run"})
public final class NetBirdImportCommand extends ClientCommand {
    @Parameters(paramLabel = "FILE", description = "What to read.")
    private Path path;

    @Option(names = "--account", paramLabel = "<id>",
            description = "Which of NetBird's accounts to take, where there are several.")
    private String account;

    @Option(names = "--dry-run", description = "Only checks the file and says what is in it.")
    private boolean dryRun;

    @Option(names = "--progress",
            description = "Tells how far it has come even where nobody watches.")
    private boolean progress;

    private ForeignFile file;
    private Contents contents;

    /** Takes address and token from the environment. */
    public NetBirdImportCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void check() {
        file = ForeignFile.of(path, account);
        Progress bar = output().progress(progress);
        long[] checked = {0};
        try {
            contents = file.read(user -> bar.at("users checked:", ++checked[0], 0));
        } finally {
            bar.done();
        }
    }

    @Override
    boolean offline(Output output) {
        if (!dryRun) {
            return false;
        }
        if (output.isJson()) {
            output.raw("{\"dry_run\": true, \"users\": " + contents.users() + ", \"tokens\": "
                    + contents.tokens() + "}");
        } else {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("users", Integer.toString(contents.users()));
            fields.put("tokens", Integer.toString(contents.tokens()));
            notes(fields);
            output.fields(fields);
        }
        return true;
    }

    @Override
    void run(AdminConnection admin, Output output) {
        Progress bar = output.progress(progress);
        ImportBatches batches = new ImportBatches(admin,
                users -> bar.at("users taken over:", users, contents.users()));
        try {
            file.read(batches::add);
            batches.finish();
        } catch (CommandException e) {
            throw new CommandException(e.exitCode(), "the file changed while it was read: "
                    + e.getMessage(), e.details());
        } finally {
            bar.done();
            if (!batches.isFinished() && batches.users() > 0) {
                output.note(batches.users() + " users had been taken over before; running this "
                        + "again passes them over");
            }
        }
        print(output, batches.total());
    }

    private void print(Output output, ImportForeignResponse total) {
        if (output.isJson()) {
            output.json(total);
            return;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("users made", Integer.toString(total.getUsersCreated()));
        fields.put("users found", Integer.toString(total.getUsersFound()));
        fields.put("tokens made", Integer.toString(total.getTokensCreated()));
        fields.put("tokens found", Integer.toString(total.getTokensFound()));
        notes(fields);
        if (total.getPropagation().getState() != Propagation.State.STATE_UNSPECIFIED) {
            fields.put("propagation", Output.propagation(total.getPropagation()));
        }
        output.fields(fields);
    }

    /** What became of things that are not here as they were there. */
    private void notes(Map<String, String> fields) {
        contents.roles().forEach((role, users) ->
                fields.put(role, users + (users == 1 ? " user" : " users")));
        if (contents.tokensWithoutExpiry() > 0) {
            fields.put("left out", "tokens without an expiry, which NetBird refuses, too: "
                    + contents.tokensWithoutExpiry());
        }
        if (contents.groupsUnknown() > 0) {
            fields.put("passed over", "memberships in groups that are gone: "
                    + contents.groupsUnknown());
        }
    }
}
