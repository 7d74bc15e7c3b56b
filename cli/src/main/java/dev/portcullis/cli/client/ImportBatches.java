package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.ImportForeignResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Sends users in calls within the contract's bounds, and adds up what became of them. A user with
 * more tokens than a call may have is sent in several, and counted once. One thread.
 */
final class ImportBatches {
    /** Users in a call. */
    static final int USERS_MAX = 100;
    /** Tokens in a call. */
    static final int TOKENS_MAX = 1_000;
    /** Different groups in a call. */
    private static final int GROUPS_MAX = 1_000;

    private final AdminConnection admin;
    private final LongConsumer sent;
    private final ImportForeignResponse.Builder total = ImportForeignResponse.newBuilder();
    private ImportForeignRequest.Builder batch = ImportForeignRequest.newBuilder();
    private final Set<String> batchGroups = new HashSet<>();
    private int batchTokens;
    /** Users in the batch of whom an earlier part has been sent. */
    private int batchContinued;
    private long users;
    private boolean finished;

    /** @param sent told of how many users have been sent */
    ImportBatches(AdminConnection admin, LongConsumer sent) {
        this.admin = admin;
        this.sent = sent;
    }

    void add(ForeignUser user) {
        Set<String> more = new HashSet<>(user.getGroupsList());
        more.removeAll(batchGroups);
        if (batchGroups.size() + more.size() > GROUPS_MAX) {
            send();
        }
        List<ForeignToken> tokens = user.getTokensList();
        boolean continued = false;
        int from = 0;
        do {
            if (batch.getUsersCount() == USERS_MAX || batchTokens == TOKENS_MAX
                    || batchTokens > 0 && !continued
                            && tokens.size() - from > TOKENS_MAX - batchTokens) {
                send();
            }
            int to = Math.min(tokens.size(), from + TOKENS_MAX - batchTokens);
            batch.addUsers(user.toBuilder()
                    .clearTokens()
                    .addAllTokens(tokens.subList(from, to)));
            batchGroups.addAll(user.getGroupsList());
            batchTokens += to - from;
            batchContinued += continued ? 1 : 0;
            continued = true;
            from = to;
        } while (from < tokens.size());
    }

    /** Sends what is left. */
    void finish() {
        if (batch.getUsersCount() > 0) {
            send();
        }
        finished = true;
    }

    private void send() {
        ImportForeignResponse response = admin.imports().importForeign(batch.build());
        total.setUsersCreated(total.getUsersCreated() + response.getUsersCreated())
                .setUsersFound(
                        total.getUsersFound() + response.getUsersFound() - batchContinued)
                .setTokensCreated(total.getTokensCreated() + response.getTokensCreated())
                .setTokensFound(total.getTokensFound() + response.getTokensFound());
        // what is not everywhere yet counts for all that was sent
        if (total.getPropagation().getState() != Propagation.State.PENDING
                || response.getPropagation().getState() == Propagation.State.PENDING) {
            total.setPropagation(response.getPropagation());
        }
        users += batch.getUsersCount() - batchContinued;
        sent.accept(users);
        batch = ImportForeignRequest.newBuilder();
        batchGroups.clear();
        batchTokens = 0;
        batchContinued = 0;
    }

    /** How many users have been sent. */
    long users() {
        return users;
    }

    boolean isFinished() {
        return finished;
    }

    ImportForeignResponse total() {
        return total.build();
    }
}
