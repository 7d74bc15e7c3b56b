package dev.portcullis.cli.client;

import static dev.portcullis.cli.client.OutputCommand.usage;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;

/** Shows tokens to one gateway and says what it makes of them. Any thread. */
final class GatewayProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final URI uri;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            // no proxy of the environment may see the token
            .proxy(HttpClient.Builder.NO_PROXY)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** What a gateway made of a token. */
    enum Verdict {
        /** The upstream was asked, or would have been. */
        ACCEPTED,
        /** 401: the token is not good. */
        REFUSED,
        /** It could not know, had enough of us, does not let readers in, or was not reached. */
        UNCLEAR
    }

    private GatewayProbe(URI uri) {
        this.uri = uri;
    }

    /**
     * Of a URL.
     *
     * @throws CommandException for wrong usage, and for plain text to another machine
     */
    static GatewayProbe of(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw usage("--gateway: not a URL: " + url);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || uri.getUserInfo() != null
                || !scheme.equals("http") && !scheme.equals("https")) {
            throw usage("--gateway: not http://host:port/path or https://...: " + url);
        }
        if (scheme.equals("http") && !isThisMachine(uri.getHost())) {
            throw usage("--gateway: " + url + " is not on this machine: tokens would cross the "
                    + "network in plain text; use https");
        }
        return new GatewayProbe(uri.getRawPath().isEmpty() ? uri.resolve("/") : uri);
    }

    private static boolean isThisMachine(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new CommandException(ExitCode.UNREACHABLE,
                    "--gateway: the host '" + host + "' is not known");
        }
    }

    /** The status that a request with this token is answered with; 0 when it is not answered. */
    int status(String token) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .GET()
                .build();
        try {
            HttpResponse<Void> response = http.send(request, BodyHandlers.discarding());
            return response.statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** What a status says of the token. */
    static Verdict verdict(int status) {
        return switch (status) {
            case UNAUTHORIZED -> Verdict.REFUSED;
            case 0, FORBIDDEN, TOO_MANY, UNAVAILABLE -> Verdict.UNCLEAR;
            default -> Verdict.ACCEPTED;
        };
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
