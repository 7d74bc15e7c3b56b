package dev.portcullis.cli.config;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.origin.OriginListen;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.admin.store.PostgresPassword;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.cli.Version;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** From the configuration to what the admin-service is told. */
public final class AdminMapping {
    private static final int RANDOM_OCTETS = 4;
    private static final int HOST_MAX = 40;

    private AdminMapping() {}

    /** Where the database is: on a server where one is given, else in the data directory. */
    public static StoreConfig store(Configuration config) {
        PostgresConfig server = config.get(Settings.DATABASE);
        if (server == null) {
            return new StoreConfig(config.get(Settings.DATA));
        }
        Path password = config.get(Settings.DATABASE_PASSWORD_FILE);
        return new StoreConfig(
                password == null ? server : server.with(PostgresPassword.in(password)));
    }

    /** As {@link #admin(Configuration, ServerCredentials)}, without TLS towards gateways. */
    static AdminConfig admin(Configuration config) {
        return admin(config, null);
    }

    /**
     * The admin-service's part.
     *
     * @param origin of TLS towards gateways; null where it is not spoken
     * @throws ConfigException when a host to listen on is not known
     */
    public static AdminConfig admin(Configuration config, ServerCredentials origin) {
        Path data = config.get(Settings.DATA);
        Path token = config.get(Settings.BOOTSTRAP_TOKEN_FILE);
        TokenPolicy tokens = new TokenPolicy(
                config.get(Settings.TOKENS_MARK),
                config.get(Settings.TOKENS_DEFAULT_LIFETIME),
                config.get(Settings.TOKENS_MAX_LIFETIME),
                config.get(Settings.TOKENS_ALLOW_NON_EXPIRING),
                config.get(Settings.TOKENS_EXCHANGED_LIFETIME),
                config.get(Settings.TOKENS_LIVE_KEYS_MAX),
                config.get(Settings.TOKENS_REVOKE_FAMILY_ON_REUSE));
        LeaseConfig usual = LeaseConfig.defaults();
        LeaseConfig lease = new LeaseConfig(
                config.get(Settings.MAX_STALENESS), usual.margin(), usual.barrierWait());
        return new AdminConfig(
                store(config),
                tokens,
                config.peppers(),
                lease,
                Listens.resolve(config, Settings.ADMIN_LISTEN),
                Listens.resolve(config, Settings.REST_LISTEN),
                token == null ? data.resolve("bootstrap-token") : token,
                replicaId(config),
                originListen(config, origin),
                Version.number());
    }

    private static String replicaId(Configuration config) {
        String id = config.get(Settings.REPLICA_ID);
        if (id != null) {
            return id;
        }
        byte[] random = new byte[RANDOM_OCTETS];
        new SecureRandom().nextBytes(random);
        return host() + "-" + HexFormat.of().formatHex(random);
    }

    /** As far as it can be part of an id. */
    private static String host() {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // a machine that does not know its own name still can be a replica
            name = "host";
        }
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "");
        return plain.substring(0, Math.min(plain.length(), HOST_MAX));
    }

    private static OriginListen originListen(Configuration config, ServerCredentials tls) {
        if (config.get(Settings.ORIGIN_LISTEN) == null) {
            return null;
        }
        return new OriginListen(
                Listens.resolve(config, Settings.ORIGIN_LISTEN),
                tls == null ? InsecureServerCredentials.create() : tls);
    }
}
