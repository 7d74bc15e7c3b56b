package dev.portcullis.cli.simulation;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import java.util.ArrayList;
import java.util.List;

/** Knows the truth, and holds every answer of every gateway against it. */
final class Oracle {
    /** A token, and whether it and its user are good. */
    static final class Token {
        final TokenPrefix prefix;
        final String user;
        final Truth live = new Truth();
        final Truth unblocked;

        Token(TokenPrefix prefix, String user, Truth unblocked) {
            this.prefix = prefix;
            this.user = user;
            this.unblocked = unblocked;
        }
    }

    private final World world;
    final List<Token> tokens = new ArrayList<>();
    final List<Truth> users = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private long accepted;
    private long refused;
    private long unavailable;

    Oracle(World world) {
        this.world = world;
    }

    /** A revision is promised to be everywhere from a time on. */
    void promised(long revision, long from) {
        users.forEach(user -> user.promised(revision, from));
        tokens.forEach(token -> token.live.promised(revision, from));
    }

    /**
     * A gateway has answered a request.
     *
     * @param since when the request came
     * @param atOnce from its own memory, so that only the truth of this very instant will do
     */
    void answered(String gateway, Token token, LookupResult result, long since, boolean atOnce) {
        long from = atOnce ? world.now() : since;
        if (result instanceof Unavailable) {
            unavailable++;
            world.note(gateway + " cannot say: " + result);
            return;
        }
        boolean live = false;
        boolean unblocked = false;
        if (result instanceof Found) {
            Found found = (Found) result;
            live = found.credential().state() == CredentialState.LIVE;
            unblocked = found.principal() != null && !found.principal().blocked();
        }
        boolean permitted = live && unblocked;
        if (permitted) {
            accepted++;
        } else {
            refused++;
        }
        boolean right = permitted
                ? token.live.admits(true, from, world.now())
                        && token.unblocked.admits(true, from, world.now())
                : !live && token.live.admits(false, from, world.now())
                        || !unblocked && token.unblocked.admits(false, from, world.now());
        if (!right) {
            fail(gateway + (permitted ? " accepts " : " refuses ") + token.prefix
                    + (atOnce ? " from memory" : ", asked for at " + since / 1e9)
                    + ": " + result + ", live " + live + ", unblocked " + unblocked);
        }
    }

    void fail(String what) {
        world.note("WRONG: " + what);
        failures.add(String.format("at %.3f s %s", world.now() / 1e9, what));
    }

    List<String> failures() {
        return failures;
    }

    long accepted() {
        return accepted;
    }

    long refused() {
        return refused;
    }

    long unavailable() {
        return unavailable;
    }
}
