package dev.portcullis.benchmarks.size;

import dev.portcullis.admin.bootstrap.ControlPlane;
import dev.portcullis.admin.bootstrap.ControlPlaneConfig;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.service.AuditFilter;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.TokenFilter;
import dev.portcullis.admin.service.TokenLifetime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Calls use cases on one database, and takes their times. One thread. */
final class Calls implements AutoCloseable {
    /** The kinds of call that are timed one by one, in the order of the table. */
    static final List<String> KINDS = List.of("issue", "show", "revoke",
            "tokens, first page", "tokens, middle", "tokens, last page",
            "audit, first page", "audit, middle", "audit, last page");

    private static final int PAGE = 100;
    private static final int STRIDE = 1_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Actor ACTOR = Actor.system("benchmark");
    private static final TokenFilter ALL = new TokenFilter(null, null);

    private final ControlPlane plane;
    private final Random random = new Random(1);
    private final int users;
    /** Live tokens, those issued here behind the others; each is revoked once. */
    private final List<String> tokens;
    private final Map<String, String> places = new LinkedHashMap<>();
    private final Map<String, Figures> figures = new LinkedHashMap<>();
    private int revoked;

    /** @param calls how many of each kind are going to be timed */
    Calls(Path directory, int users, int calls) throws Exception {
        this.users = users;
        this.tokens = new ArrayList<>(SizedDatabase.liveTokens(directory, 4 * calls + 100));
        plane = ControlPlane.start(ControlPlaneConfig.in(directory), InstantSource.system(),
                System::nanoTime, new SecureRandom());
        KINDS.forEach(kind -> figures.put(kind, new Figures(calls)));
    }

    /** Finds where the middle and the last page of each list begin. */
    void findPlaces() {
        findPlaces("tokens", page -> plane.tokens().list(ACTOR, ALL, page));
        findPlaces("audit", page ->
                plane.auditLog().list(ACTOR, AuditFilter.all(), false, page));
    }

    private void findPlaces(String list, Function<PageRequest, Page<?>> call) {
        List<String> begins = new ArrayList<>(List.of(""));
        int stride = Math.min(STRIDE, Math.max(1, tokens.size() / 20));
        String next = call.apply(new PageRequest(stride, "")).nextPageToken();
        while (!next.isEmpty()) {
            begins.add(next);
            next = call.apply(new PageRequest(stride, next)).nextPageToken();
        }
        places.put(list + ", first page", "");
        places.put(list + ", middle", begins.get(begins.size() / 2));
        places.put(list + ", last page", begins.get(begins.size() - 1));
    }

    /** Makes one call of each kind. */
    void round(boolean timed) {
        String token = tokens.get(random.nextInt(tokens.size()));
        run(timed, "issue", this::issue);
        run(timed, "show", () -> plane.tokens().get(ACTOR, token));
        run(timed, "revoke", () -> plane.tokens().revoke(ACTOR, tokens.get(revoked)));
        revoked++;
        places.forEach((kind, place) -> run(timed, kind, () -> {
            PageRequest page = new PageRequest(PAGE, place);
            if (kind.startsWith("tokens")) {
                plane.tokens().list(ACTOR, ALL, page);
            } else {
                plane.auditLog().list(ACTOR, AuditFilter.all(), false, page);
            }
        }));
    }

    /** Issues a token to any of the users. */
    private void issue() {
        String user = "usr_%016d".formatted(1 + random.nextInt(users));
        tokens.add(plane.tokens()
                .issue(ACTOR, new NewToken(user, "new", new TokenLifetime.Standard()))
                .value().token().id());
    }

    private void run(boolean timed, String kind, Runnable call) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        call.run();
        wall = System.nanoTime() - wall;
        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        if (timed) {
            figures.get(kind).add(wall, cpu);
        }
    }

    Figures.Summary summary(String kind) {
        return figures.get(kind).summary();
    }

    @Override
    public void close() {
        plane.close();
    }
}
