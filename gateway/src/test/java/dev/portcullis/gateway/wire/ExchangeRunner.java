package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.wire.GoldenExchange.Section;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays a {@link GoldenExchange} against a gateway, and writes down what happened. */
final class ExchangeRunner {
    private static final int PATIENCE_MILLIS = 5000;
    private static final int SILENCE_MILLIS = 700;
    private static final int ADVANCE_MILLIS = 600;
    private static final int ADVANCES_MAX = 10;
    private static final String OPEN = "@open";
    private static final String CLOSED = "@closed";
    private static final String RESET = "@reset";
    /** How the path ends of requests that only are there to be in progress, and are not shown. */
    private static final String HELD = "/held";
    private static final Pattern LOG_FIELD =
            Pattern.compile("\"(\\w+)\":(\"(?:[^\"\\\\]++|\\\\.)*+\"|[^,}]+)");
    /** What differs from run to run, or with the history of the gateway. */
    private static final Set<String> UNSHOWN = Set.of(
            "time", "request_id", "trace_id", "client", "protocol", "outcome", "duration_us",
            "verdict_us", "lease_us", "upstream_us", "response_us", "upstream", "reused",
            "retries");

    private final GatewayFixture gateway;
    private final List<String> applications;
    private final Placeholders placeholders;
    private final List<RawClient> held = new ArrayList<>();
    private int probes;

    ExchangeRunner(GatewayFixture gateway, List<String> applications) {
        this.gateway = gateway;
        this.applications = applications;
        this.placeholders = new Placeholders(gateway);
    }

    /** Plays it; the expectations it would meet. */
    List<Section> play(GoldenExchange exchange) throws Exception {
        if (exchange.options().containsKey("fresh")) {
            forgetConnections();
        }
        List<Integer> seenBefore = upstreams().stream().map(up -> up.seen().size()).toList();
        CountDownLatch over = new CountDownLatch(1);
        for (List<String> lines : exchange.upstream()) {
            gateway.upstream().enqueue(answer(lines, over));
        }
        List<Section> happened = new ArrayList<>();
        String probe = "/probe-" + ++probes;
        List<String> answer = new ArrayList<>();
        try (Socket socket = new Socket(
                gateway.gateway().address().getAddress(), gateway.gateway().address().getPort())) {
            socket.setTcpNoDelay(true);
            Client client = new Client(socket);
            client.act(exchange.client());
            String end = client.readToEnd(exchange.expectedEnd(), probe);
            answer.addAll(Visible.encode(placeholders.blank(client.received.toString())));
            answer.add(end);
        } finally {
            release();
            over.countDown();
        }
        int answersLeft = gateway.upstream().answersLeft();
        gateway.upstream().forgetAnswers();
        assertThat(answersLeft).as("answers nobody asked for").isZero();
        List<String> log = gateway.newLogLines();
        addSeen(exchange, seenBefore, probe, happened);
        happened.add(new Section("answer", answer));
        List<String> shows =
                List.of(exchange.options().getOrDefault("shows", "").split(" "));
        happened.add(new Section("log", log.stream()
                .filter(line -> !line.contains(probe) && !line.contains(HELD + "\""))
                .map(line -> shown(line, shows))
                .toList()));
        return happened;
    }

    private List<FakeUpstream> upstreams() {
        List<FakeUpstream> all = new ArrayList<>();
        for (int i = 0; i < applications.size(); i++) {
            all.add(gateway.upstream(i));
        }
        return all;
    }

    /** Begins a request below that path on a connection of its own, and does not end it. */
    private void hold(String path) throws IOException {
        long leased = gateway.gateway().stats().upstream().leased();
        held.add(gateway.connect().send("POST " + path + HELD + " HTTP/1.1\r\nHost: app.example\r\n"
                + "Authorization: Bearer " + gateway.writer() + "\r\nContent-Length: 9\r\n\r\n"));
        await().until(() -> gateway.gateway().stats().upstream().leased() > leased);
    }

    private void release() throws IOException {
        for (RawClient client : held) {
            client.close();
        }
        if (!held.isEmpty()) {
            held.clear();
            await().until(() -> gateway.gateway().stats().exchanges().inProgress() == 0);
        }
    }

    private void forgetConnections() throws IOException {
        for (FakeUpstream upstream : upstreams()) {
            upstream.closeConnections();
        }
        await().until(() -> gateway.gateway().stats().upstream().open() == 0);
    }

    /** What broke off is known to the upstream when its end of the connection is closed too. */
    private void addSeen(
            GoldenExchange exchange, List<Integer> before, String probe, List<Section> happened) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() ->
                gateway.gateway().stats().upstream().open()
                        == upstreams().stream().mapToInt(FakeUpstream::openConnections).sum());
        for (int i = 0; i < applications.size(); i++) {
            List<HttpMessage> seen = upstreams().get(i).seen();
            for (HttpMessage message : seen.subList(before.get(i), seen.size())) {
                if (message.target().equals(probe) || message.target().endsWith(HELD)) {
                    continue;
                }
                String name = applications.size() == 1 ? "" : " " + applications.get(i);
                List<String> lines = new ArrayList<>(
                        Visible.encode(placeholders.blank(message.rawText())));
                if (!message.complete()) {
                    lines.add("@incomplete");
                }
                happened.add(new Section("seen" + name, lines));
            }
        }
    }

    private String shown(String line, List<String> shows) {
        StringBuilder shown = new StringBuilder();
        Matcher fields = LOG_FIELD.matcher(placeholders.blank(line));
        while (fields.find()) {
            String name = fields.group(1);
            if (!UNSHOWN.contains(name) || shows.contains(name)) {
                String space = shown.isEmpty() ? "" : " ";
                shown.append(space).append(name).append('=').append(fields.group(2));
            }
        }
        return shown.toString();
    }

    /** What an upstream does: text to be sent, and directives. */
    private static Answer answer(List<String> lines, CountDownLatch over) {
        Answer answer = Answer.nothing();
        List<String> text = new ArrayList<>();
        boolean onHead = false;
        for (String line : lines) {
            if (!line.startsWith("@")) {
                text.add(line);
                continue;
            }
            send(answer, text, onHead);
            onHead = false;
            switch (line) {
                case "@on-head" -> onHead = true;
                case "@then" -> { }
                case "@early" -> answer.early();
                case "@echo" -> answer.echoOctets();
                case "@silent" -> answer.waitFor(over).close();
                case "@close" -> answer.close();
                case "@reset" -> answer.reset();
                default -> throw new IllegalArgumentException(line);
            }
        }
        send(answer, text, onHead);
        return answer;
    }

    private static void send(Answer answer, List<String> text, boolean onHead) {
        if (text.isEmpty()) {
            return;
        }
        if (onHead) {
            answer.sendOnHead(Visible.decode(text));
        } else {
            answer.send(Visible.decode(text));
        }
        text.clear();
    }

    /** The client's side of one exchange. */
    private final class Client {
        private final Socket socket;
        private final StringBuilder received = new StringBuilder();
        private String end;

        Client(Socket socket) {
            this.socket = socket;
        }

        void act(List<String> lines) throws Exception {
            List<String> text = new ArrayList<>();
            for (String line : lines) {
                if (!line.startsWith("@")) {
                    text.add(placeholders.fill(line));
                    continue;
                }
                send(text);
                String[] words = line.split(" ", 2);
                switch (words[0]) {
                    case "@then" -> { }
                    case "@await" -> readUntil(Visible.decode(List.of(words[1] + "\\c")));
                    case "@await-upstream" -> awaitUpstream();
                    case "@half-close" -> socket.shutdownOutput();
                    case "@hold" -> hold(words[1]);
                    case "@release" -> release();
                    case "@advance" -> advance(Duration.parse(words[1]));
                    default -> throw new IllegalArgumentException(line);
                }
            }
            send(text);
        }

        /** Time goes on, again and again, until the gateway does something about it. */
        private void advance(Duration by) throws IOException {
            int before = received.length();
            for (int i = 0; i < ADVANCES_MAX && end == null && received.length() == before; i++) {
                gateway.time().advance(by);
                read(ADVANCE_MILLIS);
                end = OPEN.equals(end) ? null : end;
            }
        }

        /** Until a request is on its way: time may then go on. */
        private void awaitUpstream() {
            await().until(() -> gateway.gateway().stats().upstream().leased() > 0);
        }

        private void send(List<String> text) throws IOException {
            if (!text.isEmpty()) {
                byte[] octets = Visible.decode(text).getBytes(StandardCharsets.ISO_8859_1);
                socket.getOutputStream().write(octets);
                text.clear();
            }
        }

        /** How it ends. One that must stay open is asked something it must still answer. */
        String readToEnd(String expected, String probe) throws IOException {
            if (OPEN.equals(expected)) {
                send(new ArrayList<>(List.of("GET " + probe + " HTTP/1.1", "Host: probe",
                        "Authorization: Bearer " + gateway.reader(), "")));
                readUntil("GET " + probe);
                int own = received.lastIndexOf("HTTP/1.1 200 OK\r\n");
                if (end == null) {
                    received.setLength(own);
                    return OPEN;
                }
                return end;
            }
            int patience = expected == null ? SILENCE_MILLIS : PATIENCE_MILLIS;
            while (end == null) {
                read(patience);
            }
            return end;
        }

        private void readUntil(String text) throws IOException {
            while (end == null && received.indexOf(text) < 0) {
                read(PATIENCE_MILLIS);
            }
        }

        private void read(int patience) throws IOException {
            socket.setSoTimeout(patience);
            byte[] piece = new byte[64 * 1024];
            try {
                int count = socket.getInputStream().read(piece);
                if (count < 0) {
                    end = CLOSED;
                } else {
                    received.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
                }
            } catch (SocketTimeoutException e) {
                end = OPEN;
            } catch (SocketException e) {
                end = RESET;
            }
        }
    }
}
