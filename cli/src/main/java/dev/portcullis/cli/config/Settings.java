package dev.portcullis.cli.config;

import static dev.portcullis.cli.config.Quantity.duration;
import static dev.portcullis.cli.config.Quantity.size;
import static dev.portcullis.cli.config.ValueType.integer;

import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.cli.config.Setting.Part;
import dev.portcullis.gateway.l2.RedisConfig;
import dev.portcullis.gateway.tls.TlsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The table of settings: the one place where each is named, typed, bounded and described. The
 * parser, the flags, the environment names, the printed configuration and the documentation are
 * made from it. The list of applications is the one thing beside it, as it has no flag.
 */
public final class Settings {
    private static final List<Setting<?>> TABLE = new ArrayList<>();
    private static final int LARGE = 100_000_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String ID_WORDS = "1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'";

    // what a setting is for, by its key or the first word of that
    private static final Set<String> BOTH = Set.of(
            "management_listen", "tokens.mark", "tokens.peppers", "tokens.pepper");
    private static final Set<String> ADMIN = Set.of(
            "data", "database", "database_password_file", "replica_id", "admin_listen",
            "rest_listen", "origin_listen", "origin_tls", "bootstrap_token_file",
            "max_staleness", "tokens");
    private static final Set<String> LINK = Set.of(
            "origin", "origin_ca", "origin_certificate", "origin_key", "origin_token_file");

    /** Where all state is. */
    public static final Setting<Path> DATA = add("data", ValueType.PATH, null,
            "Directory of all state; made when missing. Required, unless the database is elsewhere "
                    + "and so is `bootstrap_token_file`.");

    /** The database, when it is not a file in the data directory. */
    public static final Setting<PostgresConfig> DATABASE = add("database", DatabaseUrl.TYPE, null,
            "`postgresql://user@host:port/name?sslmode=verify-full`, for several admin-services. "
                    + "Default: SQLite in the data directory.");

    /** The password of the database's user. */
    public static final Setting<Path> DATABASE_PASSWORD_FILE = add("database_password_file",
            ValueType.PATH, null, "File with the password of the database's user, which its owner "
                    + "alone can read; read for each connection.");

    /** Shorthand for one application. */
    public static final Setting<Upstream> UPSTREAM = add("upstream", ValueType.URL, null,
            "Shorthand for one application named `default` at `/`.");

    /** The traffic port. */
    public static final Setting<Address> LISTEN = add("listen", ValueType.ADDRESS,
            "127.0.0.1:8080", "Where the gateway takes requests. Port 0: a free one.");

    /** The traffic port with TLS. */
    public static final Setting<Address> TLS_LISTEN = add("tls_listen", ValueType.ADDRESS, null,
            "Where the gateway takes requests over TLS, with HTTP/2 by ALPN. Default: nowhere.");

    /** The admin API, gRPC. */
    public static final Setting<Address> ADMIN_LISTEN = add("admin_listen", ValueType.ADDRESS,
            "127.0.0.1:7070", "Admin API over gRPC. Loopback only.");

    /** The admin API, REST. */
    public static final Setting<Address> REST_LISTEN = add("rest_listen", ValueType.ADDRESS,
            "127.0.0.1:7071", "Admin API over REST. Loopback only.");

    /** Health and metrics. */
    public static final Setting<Address> MANAGEMENT_LISTEN = add("management_listen",
            ValueType.ADDRESS, "127.0.0.1:7072", "`/healthz`, `/readyz` and `/metrics`.");

    /** Envoy's external authorisation. */
    public static final Setting<Address> EXTERNAL_AUTHORIZATION_LISTEN = add(
            "external_authorization_listen", ValueType.ADDRESS, null,
            "Where Envoy's external authorisation is served over gRPC. Loopback only. Default: "
                    + "nowhere.");

    /** The verdict for other proxies over HTTP. */
    public static final Setting<Boolean> FORWARD_AUTH = add("forward_auth", ValueType.BOOLEAN,
            "false", "Whether `/.portcullis/auth` on the traffic ports answers other proxies.");

    /** Whose forwarded headers are believed. */
    public static final Setting<List<Cidr>> TRUSTED_PROXIES = add("trusted_proxies", CidrList.TYPE,
            null, "Peers whose `X-Forwarded-For` and the like are believed. Default: none.");

    /** Who begins connections with a PROXY protocol header. */
    public static final Setting<List<Cidr>> PROXY_PROTOCOL = add("proxy_protocol", CidrList.TYPE,
            null, "Peers that begin every connection with a PROXY protocol header. Default: "
                    + "none.");

    /** Where gateways connect. */
    public static final Setting<Address> ORIGIN_LISTEN = add("origin_listen", ValueType.ADDRESS,
            null, "Where gateways of other processes connect. Loopback only without "
                    + "`origin_tls`. Default: nowhere.");

    /** Which replica this is. */
    public static final Setting<String> REPLICA_ID = add("replica_id",
            ValueType.text(ID, ID_WORDS), null, "Which replica of the admin-service this is, "
                    + "unlike all others. Default: the host's name and a random part.");

    /** Where the admin-service is. */
    public static final Setting<List<Address>> ORIGIN = add("origin", AddressList.TYPE, null,
            "Where the replicas of the admin-service take gateways; one is used at a time. "
                    + "Required for `portcullis gateway`.");

    /** Whom the gateway believes to be one. */
    public static final Setting<Path> ORIGIN_CA = add("origin_ca", ValueType.PATH, null,
            "PEM file of the authorities that issue the admin-service's certificates. Without it "
                    + "TLS is not spoken, which only loopback addresses allow.");

    /** What the gateway shows. */
    public static final Setting<Path> ORIGIN_CERTIFICATE = add("origin_certificate",
            ValueType.PATH, null, "PEM file of the chain that this gateway shows to the "
                    + "admin-service, where that asks for one.");

    /** Its key. */
    public static final Setting<Path> ORIGIN_KEY = add("origin_key", ValueType.PATH, null,
            "PEM file of its key.");

    /** The credential of the enrolment. */
    public static final Setting<Path> ORIGIN_TOKEN_FILE = add("origin_token_file", ValueType.PATH,
            null, "File that `portcullis gateway enroll` wrote. Required for `portcullis "
                    + "gateway`.");

    /** The gateway's name. */
    public static final Setting<String> GATEWAY_ID = add("gateway_id",
            ValueType.text(ID, ID_WORDS), null, "The gateway's name, unlike all others. Default: "
                    + "`gw-` and a random part, new at each start.");

    /** Where the first administrator's token is written. */
    public static final Setting<Path> BOOTSTRAP_TOKEN_FILE = add("bootstrap_token_file",
            ValueType.PATH, null, "Where the first start writes the first administrator's token. "
                    + "Default: `bootstrap-token` in the data directory.");

    /** Length of the lease. */
    public static final Setting<Duration> MAX_STALENESS = add("max_staleness",
            duration("1s", "1d"), "30s", "How long a gateway may answer from its caches without "
                    + "hearing from the admin-service.");

    /** Threads for traffic. */
    public static final Setting<Integer> EVENT_LOOPS = add("event_loops", integer(0, 1024), "0",
            "Threads that carry the traffic; 0: one for each processor.");

    /** Where access-log lines go. */
    public static final Setting<String> ACCESS_LOG = add("access_log",
            ValueType.text(Pattern.compile("[^\\x00-\\x1f\\x7f]{1,4096}"), "`-`, `off` or a path"),
            "-", "`-` (in quotes in a file) for standard output, `off`, or a file to append "
                    + "to.");

    /** Time for exchanges in flight at shutdown. */
    public static final Setting<Duration> DRAIN_TIMEOUT = add("drain_timeout",
            duration("0s", "1h"), "10s", "What is in flight at shutdown is given this long.");

    /** The gateway's certificates. */
    static final Setting<CertificateFiles> TLS_CERTIFICATES = add("tls.certificates",
            CertificateFiles.TYPE, null, "PEM files of certificate chains and their keys; the "
                    + "names in each say which hosts it is for, the first is for all others.");

    /** Whether clients show certificates. */
    public static final Setting<TlsConfig.Clients> TLS_CLIENT_CERTIFICATES = add(
            "tls.client_certificates", ValueType.choice(Map.of(
                    "none", TlsConfig.Clients.NONE, "optional", TlsConfig.Clients.OPTIONAL,
                    "required", TlsConfig.Clients.REQUIRED)),
            "none", "Whether clients are asked for a certificate.");

    /** Who issues clients' certificates. */
    public static final Setting<Path> TLS_CLIENT_CA = add("tls.client_ca", ValueType.PATH, null,
            "PEM file of the authorities that issue clients' certificates.");

    /** The oldest TLS. Its value: whether only the newest is spoken. */
    public static final Setting<Boolean> TLS_MIN_VERSION = add("tls.min_version",
            ValueType.choice(Map.of("1.2", false, "1.3", true)), "1.2",
            "The oldest version of TLS that is spoken.");

    /** What the admin-service shows to gateways. */
    public static final Setting<Path> ORIGIN_TLS_CERTIFICATE = add("origin_tls.certificate",
            ValueType.PATH, null, "PEM file of the chain that is shown to gateways.");

    /** Its key. */
    public static final Setting<Path> ORIGIN_TLS_KEY = add("origin_tls.key", ValueType.PATH, null,
            "PEM file of its key.");

    /** Who issues gateways' certificates. */
    public static final Setting<Path> ORIGIN_TLS_CLIENT_CA = add("origin_tls.client_ca",
            ValueType.PATH, null, "PEM file of the authorities that issue gateways' "
                    + "certificates; where it is given, each gateway must show one.");

    /** What tokens begin with. */
    public static final Setting<String> TOKENS_MARK = add("tokens.mark",
            ValueType.text(Pattern.compile("[a-z][a-z0-9]{0,15}"),
                    "1 to 16 of a-z and 0-9, a letter first"),
            "pc", "What every token begins with.");

    /** Lifetime of a token for which none was asked. */
    public static final Setting<Duration> TOKENS_DEFAULT_LIFETIME = add("tokens.default_lifetime",
            duration("1s", "36500d"), "360d", "Lifetime of a token for which none was asked.");

    /** Longest lifetime of a token. */
    public static final Setting<Duration> TOKENS_MAX_LIFETIME = add("tokens.max_lifetime",
            duration("1s", "36500d"), "365d", "The longest lifetime that may be asked.");

    /** May tokens never expire? */
    public static final Setting<Boolean> TOKENS_ALLOW_NON_EXPIRING = add(
            "tokens.allow_non_expiring", ValueType.BOOLEAN, "false",
            "Whether tokens that never expire may be issued.");

    /** Lifetime of an exchanged token. */
    public static final Setting<Duration> TOKENS_EXCHANGED_LIFETIME = add(
            "tokens.exchanged_lifetime", duration("1m", "24h"), "1h",
            "Lifetime of a token that an API key is exchanged for; never past its key's.");

    /** Live keys of a user. */
    public static final Setting<Integer> TOKENS_LIVE_KEYS_MAX = add("tokens.live_keys_max",
            integer(1, 100), "2", "The most live API keys of one user.");

    /** What the reuse of a replaced token does. */
    public static final Setting<Boolean> TOKENS_REVOKE_FAMILY_ON_REUSE = add(
            "tokens.revoke_family_on_reuse", ValueType.BOOLEAN, "false",
            "Whether a replaced token that comes back revokes all that were rotated from it.");

    /** The peppers, by id. */
    static final Setting<PepperFiles> TOKENS_PEPPERS = add("tokens.peppers", PepperFiles.TYPE,
            null, "Peppers that secrets are or were hashed with: each an id and a file of 32 to "
                    + "64 octets in base64 or hexadecimal, that its owner alone can read.");

    /** The pepper of new secrets. */
    static final Setting<String> TOKENS_PEPPER = add("tokens.pepper",
            ValueType.text(Pattern.compile("[a-z0-9-]{1,32}"), "1 to 32 of a-z, 0-9 and -"), null,
            "The id of the pepper that new secrets are hashed with. Default: none, plain "
                    + "SHA-256.");

    /** Open client connections. */
    public static final Setting<Integer> LIMITS_CONNECTIONS = add("limits.connections",
            integer(1, 1_000_000), "10000", "Open client connections; one more is closed.");

    /** Octets of a request head. */
    public static final Setting<Integer> LIMITS_HEAD = add("limits.head", size("1KiB", "1MiB"),
            "32KiB", "A longer request head is answered 431.");

    /** Octets of a request line. */
    public static final Setting<Integer> LIMITS_REQUEST_LINE = add("limits.request_line",
            size("256B", "1MiB"), "16KiB", "A longer request line is answered 414.");

    /** Header lines of a request. */
    public static final Setting<Integer> LIMITS_HEADERS = add("limits.headers", integer(1, 10_000),
            "100", "More header lines are answered 431.");

    /** Open connections of one client. */
    public static final Setting<Integer> LIMITS_CONNECTIONS_PER_ADDRESS = add(
            "limits.connections_per_address", integer(0, 1_000_000), "0",
            "Open connections of one client address; one more is closed. 0: no bound.");

    /** Exchanges in progress. */
    public static final Setting<Integer> LIMITS_EXCHANGES = add("limits.exchanges",
            integer(0, 10_000_000), "20000",
            "Exchanges in progress; one more is answered 503. 0: no bound.");

    /** Bad credentials of one source. */
    public static final Setting<Integer> LIMITS_FAILED_ATTEMPTS = add("limits.failed_attempts",
            integer(0, 1_000_000), "6000", "Requests with a bad credential from one source in "
                    + "`limits.failed_attempts_period`; more are answered 429. 0: no bound.");

    /** In which they are counted. */
    public static final Setting<Duration> LIMITS_FAILED_ATTEMPTS_PERIOD = add(
            "limits.failed_attempts_period", duration("1s", "1d"), "1m",
            "The time in which failed attempts are counted.");

    /** First to last octet of a head. */
    public static final Setting<Duration> TIMEOUTS_HEAD = add("timeouts.head",
            duration("1ms", "1h"), "10s", "From the first octet of a request head to its last.");

    /** A body without progress. */
    public static final Setting<Duration> TIMEOUTS_BODY = add("timeouts.body",
            duration("1ms", "1d"), "60s", "A body without any progress, in either direction.");

    /** A kept-alive connection without a request. */
    public static final Setting<Duration> TIMEOUTS_IDLE = add("timeouts.idle",
            duration("1ms", "1d"), "75s", "A kept-alive client connection without a request.");

    /** Connecting to an upstream. */
    public static final Setting<Duration> TIMEOUTS_CONNECT = add("timeouts.connect",
            duration("1ms", "10m"), "5s", "Connecting to an upstream; then 504.");

    /** Waiting for a response head. */
    public static final Setting<Duration> TIMEOUTS_RESPONSE = add("timeouts.response",
            duration("1ms", "1d"), "60s", "Waiting for an upstream's response head; then 504.");

    /** A pooled upstream connection without use. */
    public static final Setting<Duration> TIMEOUTS_UPSTREAM_IDLE = add("timeouts.upstream_idle",
            duration("1ms", "1d"), "30s", "A pooled upstream connection without use.");

    /** Credential records in L1. */
    public static final Setting<Integer> CACHE_CREDENTIALS = add("cache.credentials",
            integer(1, LARGE), "200000", "Credential records kept in memory.");

    /** Principal records in L1. */
    public static final Setting<Integer> CACHE_PRINCIPALS = add("cache.principals",
            integer(1, LARGE), "100000", "Principal records kept in memory.");

    /** Unknown prefixes remembered. */
    public static final Setting<Integer> CACHE_UNKNOWN = add("cache.unknown", integer(1, LARGE),
            "50000", "Unknown token prefixes remembered.");

    /** How long an unknown prefix is remembered. */
    public static final Setting<Duration> CACHE_UNKNOWN_TTL = add("cache.unknown_ttl",
            duration("1ms", "10m"), "30s", "How long an unknown prefix is remembered.");

    /** The shared cache. */
    public static final Setting<List<Address>> REDIS_NODES = add("redis.nodes", AddressList.TYPE,
            null, "Redis as shared cache of the gateways: its address, or those of sentinels or "
                    + "of nodes of a cluster. Default: none.");

    /** How it is run. */
    public static final Setting<RedisConfig.Mode> REDIS_MODE = add("redis.mode",
            ValueType.choice(Map.of(
                    "single", RedisConfig.Mode.SINGLE, "sentinel", RedisConfig.Mode.SENTINEL,
                    "cluster", RedisConfig.Mode.CLUSTER)),
            "single", "How Redis is run.");

    /** What the sentinels watch. */
    public static final Setting<String> REDIS_SENTINEL_MASTER = add("redis.sentinel_master",
            ValueType.text(ID, ID_WORDS), null, "Name of the master that the sentinels watch.");

    /** Who the gateway is to sentinels. */
    public static final Setting<String> REDIS_SENTINEL_USER = add("redis.sentinel_user",
            ValueType.text(Pattern.compile("[!-~]{1,128}"), "1 to 128 visible ASCII characters"),
            null, "User of the sentinels' access control list. Default: their default user.");

    /** The password for that. */
    public static final Setting<Path> REDIS_SENTINEL_PASSWORD_FILE =
            add("redis.sentinel_password_file", ValueType.PATH, null,
                    "File with the password for the sentinels, that its owner alone can read. "
                            + "Default: none is given, whatever is given to Redis.");

    /** Who the gateway is to Redis. */
    public static final Setting<String> REDIS_USER = add("redis.user",
            ValueType.text(Pattern.compile("[!-~]{1,128}"), "1 to 128 visible ASCII characters"),
            null, "User of Redis's access control list. Default: its default user.");

    /** The password for that. */
    public static final Setting<Path> REDIS_PASSWORD_FILE = add("redis.password_file",
            ValueType.PATH, null, "File with the password for Redis, that its owner alone can "
                    + "read. Default: none is given.");

    /** Whether TLS is spoken. */
    public static final Setting<Boolean> REDIS_TLS = add("redis.tls", ValueType.BOOLEAN, "false",
            "Whether TLS is spoken with Redis.");

    /** Whom the gateway believes to be Redis. */
    public static final Setting<Path> REDIS_CA = add("redis.ca", ValueType.PATH, null,
            "PEM file of the authorities that issue Redis's certificates. Default: those of the "
                    + "machine.");

    /** How long it is waited for. */
    public static final Setting<Duration> REDIS_TIMEOUT = add("redis.timeout",
            duration("1ms", "1s"), "20ms", "What one question to Redis may take; then the "
                    + "admin-service is asked.");

    /** How long records stay. */
    public static final Setting<Duration> REDIS_TTL = add("redis.ttl", duration("1s", "10m"),
            "10m", "How long Redis keeps a record.");

    /** Where spans are sent. */
    public static final Setting<URI> TRACING_ENDPOINT = add("tracing.endpoint", CollectorUrl.TYPE,
            null, "Where spans are sent by OTLP over HTTP. Default: none are made.");

    /** Under which name. */
    public static final Setting<String> TRACING_SERVICE_NAME = add("tracing.service_name",
            ValueType.text(Pattern.compile("[!-~]([ -~]{0,126}[!-~])?"),
                    "1 to 128 visible ASCII characters"),
            "portcullis", "The name of the service in spans.");

    /** How many of them. */
    public static final Setting<Integer> TRACING_SAMPLED_PERCENT = add("tracing.sampled_percent",
            integer(0, 100), "100", "Of the exchanges whose caller has not decided whether they "
                    + "are traced.");

    private static final Map<String, Setting<?>> BY_KEY = byKey();

    private Settings() {}

    /** All settings, in the order in which they are documented. */
    public static List<Setting<?>> all() {
        return List.copyOf(TABLE);
    }

    /** The setting of a key such as {@code limits.head}, or null. */
    static Setting<?> of(String key) {
        return BY_KEY.get(key);
    }

    private static <T> Setting<T> add(
            String key, ValueType<T> type, String defaultText, String description) {
        Setting<T> setting = new Setting<>(partOf(key), key, type, defaultText, description);
        TABLE.add(setting);
        return setting;
    }

    /** By the first word of the key; what is not named here is the gateway's. */
    private static Part partOf(String key) {
        if (BOTH.contains(key)) {
            return Part.BOTH;
        }
        String word = key.indexOf('.') < 0 ? key : key.substring(0, key.indexOf('.'));
        if (LINK.contains(word)) {
            return Part.LINK;
        }
        return ADMIN.contains(word) ? Part.ADMIN : Part.GATEWAY;
    }

    private static Map<String, Setting<?>> byKey() {
        Map<String, Setting<?>> settings = new LinkedHashMap<>();
        for (Setting<?> setting : TABLE) {
            settings.put(setting.key(), setting);
        }
        return settings;
    }
}
