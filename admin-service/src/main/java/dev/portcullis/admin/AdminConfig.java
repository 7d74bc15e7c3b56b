package dev.portcullis.admin;

import dev.portcullis.admin.bootstrap.ControlPlaneConfig;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.origin.OriginListen;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.core.token.Peppers;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Everything the admin-service can be told. Immutable; no field is null unless it says so.
 *
 * @param peppers that hashes were or are made with
 * @param grpcListen where gRPC is served; a loopback address, port 0 for any free one
 * @param restListen where REST is served; likewise
 * @param bootstrapTokenFile where the first start writes the first administrator's token, readable
 *     by its owner only
 * @param replicaId which replica of the admin-service this is; 1 to 64 of [A-Za-z0-9._-]
 * @param originListen where gateways of other processes connect; null: nowhere
 * @param version of this software, as gateways and operators are told
 */
public record AdminConfig(
        StoreConfig store,
        TokenPolicy tokens,
        Peppers peppers,
        LeaseConfig lease,
        InetSocketAddress grpcListen,
        InetSocketAddress restListen,
        Path bootstrapTokenFile,
        String replicaId,
        OriginListen originListen,
        String version) {

    /** Everything by default, with its files in one directory. */
    public static AdminConfig in(Path dataDirectory) {
        return new AdminConfig(
                new StoreConfig(dataDirectory),
                TokenPolicy.defaults(),
                Peppers.NONE,
                LeaseConfig.defaults(),
                new InetSocketAddress("127.0.0.1", 7070),
                new InetSocketAddress("127.0.0.1", 7071),
                dataDirectory.resolve("bootstrap-token"),
                ControlPlaneConfig.ONLY_REPLICA,
                null,
                "");
    }

    /** The same with other addresses. */
    public AdminConfig listening(InetSocketAddress grpc, InetSocketAddress rest) {
        return new AdminConfig(
                store, tokens, peppers, lease, grpc, rest, bootstrapTokenFile, replicaId,
                originListen, version);
    }
}
