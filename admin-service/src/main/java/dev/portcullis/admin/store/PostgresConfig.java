package dev.portcullis.admin.store;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which database of which PostgreSQL server. Written as a URL, as PostgreSQL's own programs take
 * it: {@code postgresql://user@host:port/name?sslmode=verify-full&sslrootcert=/etc/ca.pem}; several
 * hosts stand between commas, and the one of them that takes writes is used.
 *
 * <p>Immutable. Its text has no password in it, so it may be shown.
 *
 * @param hosts at least one, each with its port: {@code host:5432}
 * @param parameters of {@link #PARAMETERS}, in the order in which they were given
 */
public record PostgresConfig(
        String user,
        List<String> hosts,
        String database,
        Map<String, String> parameters,
        PostgresPassword password) {
    /** What may stand behind the question mark. */
    public static final Set<String> PARAMETERS =
            Set.of("sslmode", "sslrootcert", "sslcert", "sslkey");

    static final String SSL_MODE = "sslmode";

    private static final Pattern FORM = Pattern.compile(
            "postgres(?:ql)?://(?:([^@/?#]*)@)?([^@/?#]+)/([^@/?#]+)(?:\\?([^?#]*))?");
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?");
    private static final Set<String> MODES = Set.of("disable", "verify-ca", "verify-full");
    private static final int HOSTS_MAX = 8;
    private static final int NAME_MAX = 63;
    private static final int PORT_MAX = 65_535;
    private static final String DEFAULT_PORT = "5432";

    /** Copies what could change. */
    public PostgresConfig {
        hosts = List.copyOf(hosts);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException when it is not one, has a password in it, or asks for a
     *     connection that could be read or altered on its way; the message repeats no part of the
     *     URL that could be a password
     */
    public static PostgresConfig parse(String url, PostgresPassword password) {
        Matcher form = FORM.matcher(url);
        if (!form.matches()) {
            throw new IllegalArgumentException("it is not"
                    + " postgresql://user@host:port/name?sslmode=verify-full, or has a password in"
                    + " it; the password belongs in the file of database_password_file");
        }
        PostgresConfig config = new PostgresConfig(
                user(form.group(1)), hosts(form.group(2)),
                name("database", decoded(form.group(3))), parameters(form.group(4)), password);
        config.checkPrivate();
        return config;
    }

    private static String user(String text) {
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException("it names no user: postgresql://user@host/name");
        }
        if (text.indexOf(':') >= 0) {
            throw new IllegalArgumentException("there is a password in it, where everybody who"
                    + " lists processes or reads the configuration sees it; it belongs in the file"
                    + " of database_password_file");
        }
        return name("user", decoded(text));
    }

    private static List<String> hosts(String text) {
        List<String> hosts = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            Matcher host = HOST.matcher(each);
            if (!host.matches()) {
                throw new IllegalArgumentException("'" + each + "' is not host or host:port");
            }
            String port = host.group(2) == null ? DEFAULT_PORT : host.group(2);
            int number = Integer.parseInt(port);
            if (number == 0 || number > PORT_MAX) {
                throw new IllegalArgumentException("port " + number + " cannot be connected to");
            }
            hosts.add(host.group(1) + ":" + number);
        }
        if (hosts.size() > HOSTS_MAX) {
            throw new IllegalArgumentException("at most " + HOSTS_MAX + " hosts");
        }
        return hosts;
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String each : text == null ? new String[0] : text.split("&", -1)) {
            int equals = each.indexOf('=');
            String key = equals < 0 ? each : each.substring(0, equals);
            if (!PARAMETERS.contains(key)) {
                // not repeated: it may be a password under whatever name
                throw new IllegalArgumentException("behind its '?' may stand sslmode, sslrootcert,"
                        + " sslcert and sslkey alone");
            }
            String value = decoded(each.substring(equals + 1));
            if (equals < 0 || value.isEmpty() || parameters.put(key, value) != null) {
                throw new IllegalArgumentException(key + " needs one value");
            }
        }
        String mode = parameters.get(SSL_MODE);
        if (mode != null && !MODES.contains(mode)) {
            throw new IllegalArgumentException("sslmode is verify-full, verify-ca, or, on one"
                    + " machine, disable: the others do not find out who answers");
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            // a plus is itself in a URL, unlike in a form
            String decoded = URLDecoder.decode(
                    text.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (decoded.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("control");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            // without its message, which repeats the text
            throw new IllegalArgumentException("it has a '%' that begins nothing, or a character"
                    + " that belongs nowhere");
        }
    }

    private static String name(String what, String name) {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > NAME_MAX) {
            throw new IllegalArgumentException("the " + what + " has a name of 1 to " + NAME_MAX
                    + " octets");
        }
        return name;
    }

    /** Hashes, names and the key of the shared cache go over this connection. */
    private void checkPrivate() {
        if (!sslMode().equals("disable")) {
            return;
        }
        for (String host : hosts) {
            if (!isLoopback(host)) {
                throw new IllegalArgumentException("sslmode=disable is for a server on the same"
                        + " machine; '" + host + "' is not a loopback address. Use"
                        + " sslmode=verify-full");
            }
        }
    }

    private static boolean isLoopback(String host) {
        String name = host.substring(0, host.lastIndexOf(':'));
        return name.equals("localhost") || name.equals("[::1]")
                || name.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
    }

    /** The same with a password. */
    public PostgresConfig with(PostgresPassword other) {
        return new PostgresConfig(user, hosts, database, parameters, other);
    }

    /** How the server proves who it is; by default it has to, unless it is on this machine. */
    String sslMode() {
        String given = parameters.get(SSL_MODE);
        if (given != null) {
            return given;
        }
        return hosts.stream().allMatch(PostgresConfig::isLoopback) && parameters.isEmpty()
                ? "disable"
                : "verify-full";
    }

    /** The URL, without password. */
    @Override
    public String toString() {
        StringBuilder url = new StringBuilder("postgresql://")
                .append(encoded(user)).append('@').append(String.join(",", hosts))
                .append('/').append(encoded(database));
        String separator = "?";
        for (Map.Entry<String, String> each : parameters.entrySet()) {
            url.append(separator).append(each.getKey()).append('=').append(each.getValue());
            separator = "&";
        }
        return url.toString();
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
