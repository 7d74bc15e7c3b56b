package dev.portcullis.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.config.Address;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks {@code POST /oauth2/token} (RFC 6749, section 4.4). Any thread. */
final class ExchangeClient {
    /** The environment variable with the URL of the REST API. */
    static final String URL_VARIABLE = "PORTCULLIS_REST";

    private static final String URL_DEFAULT = "http://127.0.0.1:7071";
    private static final String SCHEME = "http://";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int REPLY_BYTES_MAX = 64 << 10;

    private final String address;
    private final URI uri;

    /**
     * What was answered.
     *
     * @param json as it came
     * @param fields its members that are texts or numbers, in order
     */
    record Reply(String json, Map<String, String> fields) {
        /** A record would print the token. */
        @Override
        public String toString() {
            return "Reply(hidden)";
        }
    }

    private ExchangeClient(String address, URI uri) {
        this.address = address;
        this.uri = uri;
    }

    /**
     * By the environment.
     *
     * @throws CommandException for wrong usage
     */
    static ExchangeClient of(Map<String, String> environment) {
        String url = environment.getOrDefault(URL_VARIABLE, URL_DEFAULT);
        String authority = url.replaceFirst("^" + SCHEME, "").replaceFirst("/$", "");
        if (!url.startsWith(SCHEME) || authority.indexOf('@') >= 0) {
            throw new CommandException(ExitCode.USAGE,
                    URL_VARIABLE + " is not http://host:port, such as " + URL_DEFAULT);
        }
        Address address;
        try {
            address = Address.of(authority);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, URL_VARIABLE + ": " + e.getMessage());
        }
        InetAddress host = AdminConnection.loopback(URL_VARIABLE, address);
        String literal = host instanceof Inet6Address
                ? "[" + host.getHostAddress() + "]"
                : host.getHostAddress();
        return new ExchangeClient(address.toString(),
                URI.create(SCHEME + literal + ":" + address.port() + "/oauth2/token"));
    }

    /**
     * Exchanges a key.
     *
     * @param scope null for all that the key may
     * @throws CommandException when it was refused or nobody answered
     */
    Reply exchange(String keyId, String secret, String scope) {
        String form = "grant_type=client_credentials"
                + (scope == null ? "" : "&scope=" + encoded(scope));
        String basic = Base64.getEncoder().encodeToString((encoded(keyId) + ":" + encoded(secret))
                .getBytes(StandardCharsets.ISO_8859_1));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(form))
                .build();
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                // no proxy of the environment may see the secret
                .proxy(HttpClient.Builder.NO_PROXY)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        try {
            HttpResponse<InputStream> response =
                    http.send(request, BodyHandlers.ofInputStream());
            return read(response);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new CommandException(ExitCode.UNREACHABLE, "cannot reach the REST API at "
                    + address + " (" + why + "); is 'portcullis standalone' running there? "
                    + URL_VARIABLE + " sets the address");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.UNREACHABLE, "interrupted");
        }
    }

    private Reply read(HttpResponse<InputStream> response) throws IOException {
        String json;
        try (InputStream body = response.body()) {
            json = new String(body.readNBytes(REPLY_BYTES_MAX), StandardCharsets.UTF_8);
        }
        Map<String, String> fields = fields(json);
        int status = response.statusCode();
        if (status == 200 && fields.containsKey("access_token")) {
            return new Reply(json, fields);
        }
        String said = fields.getOrDefault("error_description", fields.getOrDefault("message",
                fields.getOrDefault("error", "status " + status)));
        if (status == 503 || status == 429) {
            throw new CommandException(ExitCode.UNREACHABLE,
                    "the REST API at " + address + " is unavailable: " + said + "; try again");
        }
        if (status == 401) {
            throw new CommandException(ExitCode.REFUSED, "the key was refused: " + said);
        }
        throw new CommandException(ExitCode.REFUSED, "the exchange was refused: " + said);
    }

    /** Empty for what is no JSON object. */
    private static Map<String, String> fields(String json) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return fields;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return fields;
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
