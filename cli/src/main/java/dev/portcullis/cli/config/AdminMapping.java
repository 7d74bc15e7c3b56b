package dev.portcullis.cli.config;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.core.token.Peppers;
import java.nio.file.Path;

/** From the configuration to what the admin-service is told. */
public final class AdminMapping {
    private AdminMapping() {}

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
                config.get(Settings.TOKENS_ALLOW_NON_EXPIRING));
        LeaseConfig usual = LeaseConfig.defaults();
        LeaseConfig lease = new LeaseConfig(
                config.get(Settings.MAX_STALENESS), usual.margin(), usual.barrierWait());
        return new AdminConfig(
                new StoreConfig(data),
                tokens,
                Peppers.NONE,
                lease,
                Listens.resolve(config, Settings.ADMIN_LISTEN),
                Listens.resolve(config, Settings.REST_LISTEN),
                token == null ? data.resolve("bootstrap-token") : token);
    }
}
