package dev.portcullis.gateway.doors;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program of another's, with the configuration that the documentation shows. */
final class RealProxy implements AskingProxy {
    private static final Path DOCUMENT = Path.of("..", "docs", "doors.md");
    private static final int STARTS_MAX = 3;

    private final Process process;
    private final InetSocketAddress address;

    private RealProxy(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Where nginx is; null where it is not. */
    static Path nginx() {
        return program("nginx");
    }

    /** Where Caddy is; null where it is not. */
    static Path caddy() {
        return program("caddy");
    }

    private static Path program(String name) {
        for (String directory : List.of("/usr/sbin", "/usr/bin", "/usr/local/bin")) {
            Path file = Path.of(directory, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    static RealProxy startNginx(
            InetSocketAddress gateway, InetSocketAddress application, Path directory)
            throws IOException {
        Path file = directory.resolve("nginx.conf");
        return start(directory, port -> {
            String site = documented("nginx", gateway, application)
                    .replace("listen 80;", "listen 127.0.0.1:" + port + ";");
            Files.writeString(file, "daemon off; master_process off; pid " + directory
                    + "/pid;\nevents {}\nhttp { access_log off; client_body_temp_path " + directory
                    + "/body; proxy_temp_path " + directory + "/proxy; fastcgi_temp_path "
                    + directory + "/fastcgi; uwsgi_temp_path " + directory + "/uwsgi; "
                    + "scgi_temp_path " + directory + "/scgi;\n" + site + "}\n");
            return List.of(nginx().toString(), "-p", directory.toString(), "-e", "stderr",
                    "-c", file.toString());
        });
    }

    static RealProxy startCaddy(
            InetSocketAddress gateway, InetSocketAddress application, Path directory)
            throws IOException {
        Path file = directory.resolve("Caddyfile");
        return start(directory, port -> {
            String site = documented("caddyfile", gateway, application)
                    .replace(":80 {", ":" + port + " {\nbind 127.0.0.1");
            Files.writeString(
                    file, "{\nadmin off\nauto_https off\n}\n" + site);
            return List.of(caddy().toString(), "run", "--adapter", "caddyfile", "--config",
                    file.toString());
        });
    }

    /** The one example in that language, asking this gateway about this application. */
    private static String documented(
            String language, InetSocketAddress gateway, InetSocketAddress application)
            throws IOException {
        Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT));
        if (!block.find()) {
            throw new AssertionError("docs/doors.md shows nothing for " + language);
        }
        return block.group(1)
                .replace("127.0.0.1:8080", "127.0.0.1:" + gateway.getPort())
                .replace("127.0.0.1:3000", "127.0.0.1:" + application.getPort());
    }

    private interface Command {
        List<String> at(int port) throws IOException;
    }

    private static RealProxy start(Path directory, Command command) throws IOException {
        Path output = directory.resolve("output");
        for (int i = 0; i < STARTS_MAX; i++) {
            InetSocketAddress address = freeAddress();
            ProcessBuilder builder = new ProcessBuilder(command.at(address.getPort()))
                    .directory(directory.toFile()).redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("HOME", directory.toString());
            builder.environment().put("XDG_DATA_HOME", directory.toString());
            builder.environment().put("XDG_CONFIG_HOME", directory.toString());
            Process process = builder.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !process.isAlive() || accepts(address));
            if (process.isAlive()) {
                return new RealProxy(process, address);
            }
            // somebody else may have taken the port in between
        }
        throw new AssertionError("it does not start: " + Files.readString(output));
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        }
    }

    private static boolean accepts(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
