package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.core.token.Peppers;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What the control plane needs to know.
 *
 * @param peppers that hashes were or are made with
 * @param bootstrapTokenFile where the first administrator's token is written at the first start
 * @param replicaId which replica of the admin-service this is; 1 to 64 of [A-Za-z0-9._-], and
 *     another for each process that shares a database
 * @param version of this software, as the rows of replicas tell
 */
public record ControlPlaneConfig(
        StoreConfig store,
        TokenPolicy tokens,
        Peppers peppers,
        LeaseConfig lease,
        Path bootstrapTokenFile,
        String replicaId,
        String version) {
    /** Name of the replica where there is but one. */
    public static final String ONLY_REPLICA = "standalone";

    private static final Pattern REPLICA_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * Checks the replica's id.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public ControlPlaneConfig {
        if (!REPLICA_ID.matcher(replicaId).matches()) {
            throw new IllegalArgumentException(
                    "a replica's id (replica_id) is 1 to 64 of [A-Za-z0-9._-]");
        }
    }

    /** Everything by default, in one directory. */
    public static ControlPlaneConfig in(Path dataDirectory) {
        return new ControlPlaneConfig(
                new StoreConfig(dataDirectory),
                TokenPolicy.defaults(),
                Peppers.NONE,
                LeaseConfig.defaults(),
                dataDirectory.resolve("bootstrap-token"),
                ONLY_REPLICA,
                "");
    }
}
