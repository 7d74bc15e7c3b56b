package dev.portcullis.benchmarks.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Exchanges API keys at the replicas in turn (RFC 6749, section 4.4). Any thread. */
final class Exchange {
    private static final Duration TIMEOUT = Duration.ofSeconds(12);

    private static final Pattern TOKEN =
            Pattern.compile("\"access_token\"\\s*:\\s*\"([A-Za-z0-9_]+)\"");

    private final List<Integer> ports;
    private final AtomicInteger next = new AtomicInteger();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    Exchange(List<Integer> ports) {
        this.ports = ports;
    }

    /**
     * What came of it.
     *
     * @param by from when it is good everywhere; null: it is already
     */
    record Exchanged(String token, Instant by) {
        /** A record would print the token. */
        @Override
        public String toString() {
            return "Exchanged(hidden)";
        }
    }

    /** Exchanges a key once; what fails may be tried again with no harm. */
    Exchanged exchange(String id, String secret) throws IOException, InterruptedException {
        int port = ports.get(Math.floorMod(next.getAndIncrement(), ports.size()));
        String basic = Base64.getEncoder().encodeToString(
                (id + ":" + secret).getBytes(StandardCharsets.US_ASCII));
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/oauth2/token"))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        Matcher token = TOKEN.matcher(response.body());
        if (!token.find()) {
            throw new IOException("an answer without a token");
        }
        String by = response.headers()
                .firstValue("portcullis-effective-everywhere-by").orElse(null);
        return new Exchanged(token.group(1), by == null ? null : Instant.parse(by));
    }
}
