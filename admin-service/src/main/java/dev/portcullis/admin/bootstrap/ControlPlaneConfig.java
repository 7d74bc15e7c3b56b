package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.core.token.Peppers;
import java.nio.file.Path;

/**
 * What the control plane needs to know.
 *
 * @param peppers that hashes were or are made with
 * @param bootstrapTokenFile where the first administrator's token is written at the first start
 */
public record ControlPlaneConfig(
        StoreConfig store,
        TokenPolicy tokens,
        Peppers peppers,
        LeaseConfig lease,
        Path bootstrapTokenFile) {

    /** Everything by default, in one directory. */
    public static ControlPlaneConfig in(Path dataDirectory) {
        return new ControlPlaneConfig(
                new StoreConfig(dataDirectory),
                TokenPolicy.defaults(),
                Peppers.NONE,
                LeaseConfig.defaults(),
                dataDirectory.resolve("bootstrap-token"));
    }
}
