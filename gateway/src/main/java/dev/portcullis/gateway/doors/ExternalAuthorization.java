package dev.portcullis.gateway.doors;

import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Source;
import dev.portcullis.gateway.exchange.Exchange;
import dev.portcullis.gateway.exchange.RequestFlow;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.verdict.Question;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.Peer;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.HeaderValue;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Envoy's external authorisation: each question becomes an exchange in which only the verdict is
 * wanted, on one of the event loops. Whoever can reach it is believed about the client's address
 * and certificate. Any thread.
 */
public final class ExternalAuthorization extends AuthorizationGrpc.AuthorizationImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalAuthorization.class);
    private static final int FIELDS_MAX = 200;

    private final List<Lane> lanes;
    private final AtomicInteger next = new AtomicInteger();

    /** An event loop and the flow that runs on it. */
    public record Lane(EventLoop loop, RequestFlow flow) {}

    /** Questions are spread over these, at least one. */
    public ExternalAuthorization(List<Lane> lanes) {
        this.lanes = List.copyOf(lanes);
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
        RequestHead question = question(request.getAttributes().getRequest().getHttp());
        if (question == null) {
            observer.onError(Status.INVALID_ARGUMENT
                    .withDescription("the request that is asked about is malformed")
                    .asRuntimeException());
            return;
        }
        Caller caller = caller(request);
        Lane lane = lanes.get(Math.floorMod(next.getAndIncrement(), lanes.size()));
        lane.loop.execute(() -> {
            CheckExchange asker = new CheckExchange(caller, observer);
            Exchange exchange = Exchange.asking(lane.flow, asker, question);
            try {
                exchange.begin();
            } catch (RuntimeException e) {
                LOG.error("the gateway failed on a question", e);
                exchange.failed();
                asker.unanswered();
            }
        });
    }

    /** Null when it is malformed. */
    private static RequestHead question(HttpRequest http) {
        Map<String, String> headers = http.getHeadersMap();
        if (headers.isEmpty() && http.hasHeaderMap()) {
            headers = joined(http.getHeaderMap().getHeadersList());
        }
        if (headers == null || headers.size() > FIELDS_MAX) {
            return null;
        }
        String host = http.getHost().isEmpty()
                ? headers.getOrDefault(":authority", headers.get("host")) : http.getHost();
        return Question.of(http.getMethod(), http.getPath(), host, headers);
    }

    /** As Envoy joins them by itself: a credential twice is then no credential. */
    private static Map<String, String> joined(List<HeaderValue> fields) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (HeaderValue field : fields) {
            String value = field.getRawValue().isEmpty()
                    ? field.getValue() : field.getRawValue().toString(StandardCharsets.ISO_8859_1);
            headers.merge(field.getKey(), value, (one, other) -> one + "," + other);
        }
        return headers;
    }

    private static Caller caller(CheckRequest request) {
        Peer source = request.getAttributes().getSource();
        String text = source.getAddress().getSocketAddress().getAddress();
        InetAddress address = address(text);
        String shown = address == null ? "unknown" : address.getHostAddress();
        Source from = new Source(address, fingerprint(source.getCertificate()));
        boolean secure = request.getAttributes().getRequest().getHttp().getScheme()
                .equalsIgnoreCase("https");
        return new Caller(from, shown.getBytes(StandardCharsets.US_ASCII), secure ? "TLS" : null);
    }

    /** Null where the text is no address: it is never looked up. */
    private static InetAddress address(String text) {
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return octets == null ? null : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 octets are an address", e);
        }
    }

    /** Null where no certificate was sent, or none that can be read. */
    private static Fingerprint fingerprint(String encoded) {
        if (encoded.isEmpty()) {
            return null;
        }
        try {
            String pem = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.US_ASCII);
            Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            return Fingerprint.of(
                    MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            LOG.debug("a client certificate from Envoy cannot be read", e);
            return null;
        }
    }
}
