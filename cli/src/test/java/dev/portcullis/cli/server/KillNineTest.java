package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.client.AdminConnection;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListTokensResponse;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.Token;
import dev.portcullis.proto.admin.v1.TokenState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed again and again while clients issue and revoke tokens. After each restart
 * on the same data, what was acknowledged is there, and no token that was revoked works.
 */
class KillNineTest {
    /** Each has a process, a database and clients of its own. */
    private static final int LANES = 2;
    private static final int ROUNDS = 25;
    private static final int CLIENTS = 3;
    private static final int OLDER_TOKENS_TRIED = 10;
    private static final Duration LONGEST_LOAD = Duration.ofMillis(400);

    @TempDir
    private Path temporary;

    private RecordingUpstream upstream;
    private JavaArchive archive;

    @BeforeEach
    void prepare() throws Exception {
        upstream = RecordingUpstream.start(false);
        archive = JavaArchive.make(temporary,
                ProgramProcess.standalone(temporary.resolve("archive-data"), upstream.url()));
    }

    @AfterEach
    void stopUpstream() {
        upstream.close();
    }

    @Test
    void killedUnderLoad_losesNothingAcknowledgedAndRevivesNothingRevoked() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(LANES);
        try {
            List<Future<?>> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                Lane lane = new Lane(i);
                lanes.add(threads.submit(() -> {
                    lane.run();
                    return null;
                }));
            }
            for (Future<?> lane : lanes) {
                lane.get();
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
        }
    }

    private final class Lane {
        private final int number;
        private final Ledger ledger = new Ledger();
        private final Random random;
        private final Path data;

        Lane(int number) {
            this.number = number;
            this.random = new Random(20_261_121 + number);
            this.data = temporary.resolve("data" + number);
        }

        void run() throws Exception {
            for (int round = 0; round < ROUNDS; round++) {
                ledger.nextRound();
                try (ProgramProcess program = start();
                        AdminConnection admin = program.connect(data)) {
                    if (round == 0) {
                        admin.users().createUser(CreateUserRequest.newBuilder()
                                .setName("client")
                                .addBindings(Binding.newBuilder()
                                        .setRole(Role.ROLE_READER)
                                        .setApplication("*"))
                                .build());
                    }
                    checkRecords(admin, round);
                    checkRequests(
                            program, round, ledger.lastRoundAndSome(OLDER_TOKENS_TRIED, random));
                    loadUntilKilled(program, admin);
                }
            }
            try (ProgramProcess program = start();
                    AdminConnection admin = program.connect(data)) {
                checkRecords(admin, ROUNDS);
                checkRequests(program, ROUNDS, ledger.all());
            }
            System.out.println("kill -9, lane " + number + ", " + ROUNDS + " rounds: " + ledger);
            assertThat(ledger.count(Ledger.State.ISSUED)).isGreaterThan(2L * ROUNDS);
            assertThat(ledger.count(Ledger.State.REVOKED)).isGreaterThan(2L * ROUNDS);
        }

        private ProgramProcess start() throws IOException, InterruptedException {
            return ProgramProcess.run(archive.command(ProgramProcess.standalone(
                    data, upstream.url(), "--access-log", "off"))).awaitReady();
        }

        /** Clients work for a random time, in the midst of which the process is killed. */
        private void loadUntilKilled(ProgramProcess program, AdminConnection admin)
                throws InterruptedException {
            List<KillNineClient> clients = new ArrayList<>();
            CountDownLatch working = new CountDownLatch(CLIENTS);
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new KillNineClient(
                        admin, program.gateway(), ledger, new Random(random.nextLong()), working));
            }
            clients.forEach(KillNineClient::start);
            assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
            TimeUnit.MILLISECONDS.sleep(random.nextLong(LONGEST_LOAD.toMillis()));
            program.kill();
            for (KillNineClient client : clients) {
                client.join();
                assertThat(client.violations()).isEmpty();
            }
        }

        /** What the admin API says of each token is what was acknowledged. */
        private void checkRecords(AdminConnection admin, int round) {
            Map<String, TokenState> states = new HashMap<>();
            String page = "";
            do {
                ListTokensResponse tokens = admin.tokens().listTokens(ListTokensRequest.newBuilder()
                        .setUser("client")
                        .setPageSize(1_000)
                        .setPageToken(page)
                        .build());
                for (Token token : tokens.getTokensList()) {
                    states.put(token.getId(), token.getState());
                }
                page = tokens.getNextPageToken();
            } while (!page.isEmpty());
            for (Ledger.Entry entry : ledger.all()) {
                assertThat(states.get(entry.id()))
                        .as("round %d: token %s was %s", round, entry.id(), entry.state())
                        .isIn(entry.state().recordsAllowed());
            }
        }

        /** What the gateway does with each token is what was acknowledged. */
        private void checkRequests(ProgramProcess program, int round, List<Ledger.Entry> entries)
                throws Exception {
            for (Ledger.Entry entry : entries) {
                int status = KillNineClient.ask(program.gateway(), entry.plain());
                assertThat(status)
                        .as("round %d: token %s was %s", round, entry.id(), entry.state())
                        .isIn(entry.state().statusesAllowed());
            }
        }
    }
}
