package dev.portcullis.cli.server;

import dev.portcullis.proto.admin.v1.TokenState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What clients were told about tokens. Any thread. */
final class Ledger {
    /** How far a token has come, as far as its client knows. */
    enum State {
        /** The reply to issuing it has come. */
        ISSUED(List.of(TokenState.TOKEN_STATE_LIVE), List.of(200)),
        /** Revoking it has been asked for. */
        REVOKING(List.of(TokenState.TOKEN_STATE_LIVE, TokenState.TOKEN_STATE_REVOKED),
                List.of(200, 401)),
        /** The reply to revoking it has come. */
        REVOKED(List.of(TokenState.TOKEN_STATE_REVOKED), List.of(401));

        private final List<TokenState> records;
        private final List<Integer> statuses;

        State(List<TokenState> records, List<Integer> statuses) {
            this.records = records;
            this.statuses = statuses;
        }

        List<TokenState> recordsAllowed() {
            return records;
        }

        List<Integer> statusesAllowed() {
            return statuses;
        }
    }

    record Entry(String id, String plain, State state, int round) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private int round;

    synchronized void nextRound() {
        round++;
    }

    synchronized void issued(String id, String plain) {
        entries.put(id, new Entry(id, plain, State.ISSUED, round));
    }

    synchronized void revoking(String id) {
        entries.computeIfPresent(id,
                (key, old) -> new Entry(id, old.plain(), State.REVOKING, round));
    }

    synchronized void revoked(String id) {
        entries.computeIfPresent(id,
                (key, old) -> new Entry(id, old.plain(), State.REVOKED, round));
    }

    synchronized List<Entry> all() {
        return List.copyOf(entries.values());
    }

    /** What was touched in the round before this one, and some of what was not. */
    synchronized List<Entry> lastRoundAndSome(int some, Random random) {
        List<Entry> chosen = new ArrayList<>();
        List<Entry> older = new ArrayList<>();
        for (Entry entry : entries.values()) {
            (entry.round() == round - 1 ? chosen : older).add(entry);
        }
        for (int i = 0; i < some && !older.isEmpty(); i++) {
            chosen.add(older.get(random.nextInt(older.size())));
        }
        return chosen;
    }

    synchronized long count(State state) {
        return entries.values().stream().filter(entry -> entry.state() == state).count();
    }

    @Override
    public String toString() {
        return count(State.ISSUED) + " issued, " + count(State.REVOKED) + " revoked, "
                + count(State.REVOKING) + " in between";
    }
}
