package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.portcullis.cli.CommandLineRun;
import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.server.Standalone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real server in this process, and commands that ask it as its first administrator. */
final class TestServer implements AutoCloseable {
    private final Standalone standalone;

    private TestServer(Standalone standalone) {
        this.standalone = standalone;
    }

    /** On free ports, with what {@code more} says besides. */
    static TestServer start(Path data, Map<String, String> more) throws InterruptedException {
        Map<String, String> flags = new HashMap<>(Map.of(
                "--data", data.toString(), "--upstream", "http://127.0.0.1:1",
                "--access-log", "off"));
        for (String listen : List.of("", "admin-", "rest-", "management-")) {
            flags.put("--" + listen + "listen", "127.0.0.1:0");
        }
        flags.putAll(more);
        Standalone standalone = Standalone.start(ConfigLoader.load(null, Map.of(), flags));
        assertThat(standalone.awaitReady(Duration.ofSeconds(30))).isTrue();
        return new TestServer(standalone);
    }

    int adminPort() {
        return standalone.adminAddress().getPort();
    }

    int gatewayPort() {
        return standalone.gatewayAddress().getPort();
    }

    Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "PORTCULLIS_ADMIN", "127.0.0.1:" + adminPort(),
                "PORTCULLIS_REST", "http://127.0.0.1:" + standalone.restAddress().getPort(),
                "PORTCULLIS_TOKEN_FILE", standalone.bootstrapTokenFile().toString()));
    }

    CommandLineRun run(String... arguments) {
        return CommandLineRun.of(environment(), arguments);
    }

    /** The standard output of a command that must succeed. */
    String ok(String... arguments) {
        CommandLineRun run = run(arguments);
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        return run.stdout();
    }

    JsonObject json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "-o";
        all[arguments.length + 1] = "json";
        return JsonParser.parseString(ok(all)).getAsJsonObject();
    }

    @Override
    public void close() {
        standalone.close();
    }
}
