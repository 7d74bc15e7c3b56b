package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.portcullis.admin.rest.NoLeaks;
import dev.portcullis.proto.admin.v1.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The audit log over REST: pages, streams, and whether it is whole. */
@ExtendWith(NoLeaks.class)
class RestAuditTest {
    private static final String PATH = "/api/events/audit";

    @TempDir
    static Path directory;

    private static TestAdmin admin;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    @Test
    void event_hasNetBirdsFieldsAndOurs() throws Exception {
        String user = admin.user("watched", null);
        JsonNode event = TestAdmin.json(
                admin.rest("GET", PATH + "?target=" + user, null)).get(0);
        assertThat(event.get("activity").textValue()).isEqualTo("User created");
        assertThat(event.get("activity_code").textValue()).isEqualTo("user.create");
        assertThat(event.get("initiator_name").textValue()).isEqualTo("admin");
        assertThat(event.get("initiator_email").textValue()).isEmpty();
        assertThat(event.get("target_id").textValue()).isEqualTo(user);
        assertThat(event.get("timestamp").textValue())
                .isEqualTo(admin.clock.instant().toString());
        assertThat(event.get("meta").get("target_kind").textValue()).isEqualTo("user");
        assertThat(event.get("before").isNull()).isTrue();
        assertThat(event.get("after").get("name").textValue()).isEqualTo("watched");
        assertThat(event.get("hash").textValue()).matches("[0-9a-f]{64}");
    }

    @Test
    void events_arePagedFilteredAndTurnedAround() throws Exception {
        for (int i = 0; i < 5; i++) {
            admin.user("paged " + i, null);
        }
        String query = PATH + "?action=user.&actor=admin&page_size=3";
        HttpResponse<String> first = admin.rest("GET", query, null);
        List<Long> seen = ids(first);
        assertThat(seen).hasSize(3).isSorted();
        String next = first.headers().firstValue("link").orElseThrow()
                .replaceAll("^<|>.*$", "");
        assertThat(ids(admin.rest("GET", next, null)).get(0)).isGreaterThan(seen.get(2));
        List<Long> newest = ids(admin.rest("GET", PATH + "?order=desc&page_size=2", null));
        assertThat(newest.get(0)).isGreaterThan(newest.get(1));
        assertThat(admin.rest("GET", PATH + "?action=nothing.", null).body()).isEqualTo("[]");
        for (String bad : List.of("since=today", "order=up", "follow=maybe", "after=1",
                "follow=true&after=-2", "follow=true&order=desc", "user=x",
                "since=2030-01-02T00:00:00Z&until=2030-01-01T00:00:00Z", "cursor=x")) {
            HttpResponse<String> refused = admin.rest("GET", PATH + "?" + bad, null);
            assertThat(refused.statusCode()).as(bad).isEqualTo(422);
        }
    }

    private static List<Long> ids(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<Long> ids = new ArrayList<>();
        TestAdmin.json(response).forEach(event ->
                ids.add(Long.parseLong(event.get("id").textValue())));
        return ids;
    }

    @Test
    void chain_isVerifiedAndHeldAgainstAHashFromOutside() throws Exception {
        JsonNode whole = TestAdmin.json(admin.rest("GET", PATH + "/verify", null));
        assertThat(whole.get("ok").booleanValue()).isTrue();
        assertThat(whole.get("problem").isNull()).isTrue();
        String seq = whole.get("verified").asText();
        String hash = whole.get("last_hash").textValue();
        String expected = PATH + "/verify?expected_seq=" + seq + "&expected_hash=";
        assertThat(TestAdmin.json(admin.rest("GET", expected + hash, null))
                .get("ok").booleanValue()).isTrue();
        JsonNode other = TestAdmin.json(admin.rest("GET", expected + "0".repeat(64), null));
        assertThat(other.get("ok").booleanValue()).isFalse();
        assertThat(other.get("problem").textValue()).isNotEmpty();
        assertThat(admin.rest("GET", expected + "00", null).statusCode()).isEqualTo(422);
        assertThat(admin.rest("GET", PATH + "/verify?expected_seq=-1", null).statusCode())
                .isEqualTo(422);
    }

    @Test
    void follower_isToldWhatWasAndWhatHappens() throws Exception {
        admin.user("before following", null);
        try (Follower follower = new Follower("?follow=true&action=user.create", "*/*",
                admin.adminToken)) {
            assertThat(follower.type()).isEqualTo("application/x-ndjson");
            String made = admin.user("while following", null);
            JsonNode event;
            long last = 0;
            boolean earlier = false;
            do {
                event = follower.next();
                long id = Long.parseLong(event.get("id").textValue());
                assertThat(id).isGreaterThan(last);
                last = id;
                earlier |= event.get("after").get("name").textValue().equals("before following");
            } while (!event.get("target_id").textValue().equals(made));
            assertThat(earlier).isTrue();
        }
    }

    @Test
    void whoAcceptsLinesAlone_followsFromNowOn() throws Exception {
        try (Follower follower = new Follower(
                "?after=-1", "application/x-ndjson", admin.adminToken)) {
            String made = admin.user("from now on", null);
            assertThat(follower.next().get("target_id").textValue()).isEqualTo(made);
        }
    }

    @Test
    void streamOfWhoMayNoLongerRead_breaksOff() throws Exception {
        String user = admin.user("auditor", Role.ROLE_AUDITOR);
        String token = admin.issue(user).getPlainToken();
        try (Follower follower = new Follower("?follow=true", "*/*", token)) {
            follower.next();
            admin.rest("PUT", "/api/users/auditor", "{\"is_blocked\":true}");
            await().atMost(Duration.ofSeconds(15)).until(follower::broken);
        }
    }

    @Test
    void headOfAStream_isAnsweredAndOver() throws Exception {
        assertThat(admin.rest("HEAD", PATH + "?follow=true", null).statusCode()).isEqualTo(200);
    }

    @Test
    void clientsThatLeave_makeRoomForOthers() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (Follower follower = new Follower("?follow=true", "*/*", admin.adminToken)) {
                assertThat(follower.status()).as("follower %d", i).isIn(200, 429);
                if (follower.status() == 429) {
                    // those who left are noticed soon, not at once
                    await().atMost(Duration.ofSeconds(10)).until(RestAuditTest::hasRoom);
                }
            }
        }
        assertThat(hasRoom()).isTrue();
    }

    private static boolean hasRoom() throws Exception {
        try (Follower follower = new Follower("?follow=true", "*/*", admin.adminToken)) {
            return follower.status() == 200;
        }
    }

    /** Reads a stream of events, one by one. */
    private static final class Follower implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Follower(String query, String accept, String token) throws Exception {
            HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            response = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                            + admin.restAddress().getPort() + PATH + query))
                    .header("Authorization", "Bearer " + token)
                    .header("Accept", accept)
                    .build(), HttpResponse.BodyHandlers.ofInputStream());
            lines = new BufferedReader(
                    new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        int status() {
            return response.statusCode();
        }

        String type() {
            return response.headers().firstValue("content-type").orElse("");
        }

        JsonNode next() throws Exception {
            String line = lines.readLine();
            while (line != null && line.isEmpty()) {
                line = lines.readLine();
            }
            assertThat(line).isNotNull();
            admin.described().checkSchema("AuditEvent", line);
            return TestAdmin.JSON.readTree(line);
        }

        boolean broken() {
            try {
                return lines.readLine() == null;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() throws Exception {
            response.body().close();
        }
    }
}
