package dev.portcullis.cli.foreign;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.proto.admin.v1.ForeignUser;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A file of users and hashed tokens of another system: NetBird's store as JSON, or {@code
 * {"users": [...]}}. It is read as often as it is asked for, never held. One thread.
 */
public final class ForeignFile {
    private final Path file;
    /** Of NetBird's accounts, or null where the file says which. */
    private final String account;

    private ForeignFile(Path file, String account) {
        this.file = file;
        this.account = account;
    }

    /**
     * A file that is not read yet.
     *
     * @param account the id of the NetBird account to take; null where there is one only
     */
    public static ForeignFile of(Path file, String account) {
        return new ForeignFile(file, account);
    }

    /**
     * Reads all of it.
     *
     * @param each takes the users, in the order of the file; what it throws ends the reading
     * @return how much there is
     * @throws CommandException when anything is wrong with the file: every mistake with its place.
     *     Users before the mistake have been taken by then, so check with an idle taker first
     */
    public Contents read(Consumer<ForeignUser> each) {
        if (!Files.isRegularFile(file)) {
            throw new CommandException(ExitCode.USAGE, "no such file: " + file);
        }
        FileMistakes mistakes = new FileMistakes();
        Contents contents = new Contents();
        try {
            Map<String, Map<String, String>> accounts = accounts(mistakes);
            mistakes.throwIfAny();
            UserCheck check = new UserCheck(contents, each);
            try (JsonWalk walk = JsonWalk.open(file, mistakes)) {
                if (accounts == null) {
                    new SimpleReader(walk, check).read();
                } else {
                    String id = chosen(accounts);
                    new NetBirdReader(walk, check, id, accounts.get(id)).read();
                }
                walk.end();
            }
        } catch (JsonProcessingException e) {
            mistakes.add(JsonWalk.place(file.toString(), e.getLocation()),
                    "not JSON, or beyond its bounds: " + e.getOriginalMessage());
        } catch (InterruptedIOException e) {
            throw new CommandException(ExitCode.REFUSED, "interrupted");
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE,
                    "cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
        }
        mistakes.throwIfAny();
        return contents;
    }

    /** NetBird's accounts with the names of their groups by id; null for the simple form. */
    private Map<String, Map<String, String>> accounts(FileMistakes mistakes) throws IOException {
        try (JsonWalk walk = JsonWalk.open(file, mistakes)) {
            AccountScan scan = new AccountScan(walk);
            scan.read();
            return scan.accounts();
        }
    }

    private String chosen(Map<String, Map<String, String>> accounts) {
        List<String> ids = new ArrayList<>(accounts.keySet());
        if (account != null) {
            if (!ids.contains(account)) {
                throw new CommandException(ExitCode.USAGE, "--account: there is no account '"
                        + account + "' in " + file);
            }
            return account;
        }
        if (ids.size() == 1) {
            return ids.get(0);
        }
        if (ids.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, file + " has no account");
        }
        throw new CommandException(ExitCode.USAGE, file + " has " + ids.size()
                + " accounts; choose one with --account ID", ids.subList(0,
                Math.min(ids.size(), 20)));
    }
}
