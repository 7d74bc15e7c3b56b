package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.StoreConfig;
import java.nio.file.Path;

/**
 * What the control plane needs to know.
 *
 * @param bootstrapTokenFile where the first administrator's token is written at the first start
 */
public record ControlPlaneConfig(
        StoreConfig store, TokenPolicy tokens, LeaseConfig lease, Path bootstrapTokenFile) {

    /** Everything by default, in one directory. */
    public static ControlPlaneConfig in(Path dataDirectory) {
        return new ControlPlaneConfig(
                new StoreConfig(dataDirectory),
                TokenPolicy.defaults(),
                LeaseConfig.defaults(),
                dataDirectory.resolve("bootstrap-token"));
    }
}
