package dev.portcullis.cli.config;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.admin.bootstrap.ControlPlaneConfig;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.admin.store.PostgresPassword;
import dev.portcullis.admin.store.StoreConfig;
import java.nio.file.Path;

/** From the configuration to what the admin-service is told. */
public final class AdminMapping {
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

    /**
     * The admin-service's part.
     *
     * @throws ConfigException when a host to listen on is not known
     */
    public static AdminConfig admin(Configuration config) {
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
                ControlPlaneConfig.ONLY_REPLICA);
    }
}
