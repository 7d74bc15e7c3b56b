package dev.portcullis.benchmarks;

import com.google.protobuf.ByteString;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.proto.origin.v1.CaughtUp;
import dev.portcullis.proto.origin.v1.CredentialKind;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc.OriginServiceImplBase;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.ReportRefusalsRequest;
import dev.portcullis.proto.origin.v1.ReportRefusalsResponse;
import dev.portcullis.proto.origin.v1.ReportUsageRequest;
import dev.portcullis.proto.origin.v1.ReportUsageResponse;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.Role;
import dev.portcullis.proto.origin.v1.UserKind;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;

/** An origin that knows {@link Keys} and where nothing ever changes. Any thread. */
final class StandingOrigin extends OriginServiceImplBase {
    private static final long REVISION = 1;
    private static final long LEASE_MILLIS = 3_600_000;

    private final Map<String, ResolveResponse> answers = new HashMap<>();

    StandingOrigin(Keys keys) {
        for (int i = 0; i < Keys.TOKENS; i++) {
            ResolveResponse.Builder answer = ResolveResponse.newBuilder()
                    .setAsOf(REVISION)
                    .setCredential(credential(keys.record(i)))
                    .setPrincipal(principal(keys.principal(i)));
            if (keys.parent(i) != null) {
                answer.setParent(credential(keys.parent(i)));
            }
            answers.put(keys.record(i).prefix().toString(), answer.build());
        }
    }

    @Override
    public void resolve(ResolveRequest request, StreamObserver<ResolveResponse> response) {
        response.onNext(answers.getOrDefault(
                request.getCredentialPrefix(),
                ResolveResponse.newBuilder().setAsOf(REVISION).build()));
        response.onCompleted();
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> response) {
        return new StreamObserver<>() {
            @Override
            public void onNext(WatchRequest request) {
                switch (request.getMessageCase()) {
                    case HELLO -> {
                        response.onNext(WatchResponse.newBuilder()
                                .setWelcome(Welcome.newBuilder().setProtocol(2))
                                .build());
                        response.onNext(WatchResponse.newBuilder()
                                .setCaughtUp(CaughtUp.newBuilder().setRevision(REVISION))
                                .build());
                        grant(request.getHello().getSequence());
                    }
                    case ACK -> grant(request.getAck().getSequence());
                    default -> grant(request.getHeartbeat().getSequence());
                }
            }

            private void grant(long sequence) {
                response.onNext(WatchResponse.newBuilder()
                        .setLease(LeaseGrant.newBuilder()
                                .setSequence(sequence).setDurationMs(LEASE_MILLIS))
                        .build());
            }

            @Override
            public void onError(Throwable error) {
                // the gateway is gone, and with it everything that hung on this stream
            }

            @Override
            public void onCompleted() {
                response.onCompleted();
            }
        };
    }

    @Override
    public void reportUsage(
            ReportUsageRequest request, StreamObserver<ReportUsageResponse> response) {
        response.onNext(ReportUsageResponse.getDefaultInstance());
        response.onCompleted();
    }

    @Override
    public void reportRefusals(
            ReportRefusalsRequest request, StreamObserver<ReportRefusalsResponse> response) {
        response.onNext(ReportRefusalsResponse.getDefaultInstance());
        response.onCompleted();
    }

    private static CredentialRecord credential(
            dev.portcullis.core.verify.CredentialRecord record) {
        TokenHash hash = record.hash();
        CredentialRecord.Builder wire = CredentialRecord.newBuilder()
                .setPrefix(record.prefix().toString())
                .setKind(CredentialKind.forNumber(record.kind().ordinal() + 1))
                .setHashAlgorithm(HashAlgorithm.forNumber(hash.algorithm().ordinal() + 1))
                .setHash(ByteString.copyFrom(hash.octets()))
                .setUserId(record.userId())
                .setState(CredentialState.CREDENTIAL_STATE_LIVE);
        if (hash.pepperId() != null) {
            wire.setPepperId(hash.pepperId());
        }
        if (record.parent() != null) {
            wire.setParentPrefix(record.parent().toString());
        }
        return wire.build();
    }

    private static PrincipalRecord principal(Principal principal) {
        return PrincipalRecord.newBuilder()
                .setUserId(principal.userId())
                .setName(principal.name())
                .setKind(UserKind.USER_KIND_SERVICE)
                .addAllGroups(principal.groups())
                .putRoles(Keys.APPLICATION, Role.ROLE_WRITER)
                .build();
    }
}
