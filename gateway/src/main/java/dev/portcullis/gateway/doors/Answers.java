package dev.portcullis.gateway.doors;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.portcullis.gateway.http1.FieldName;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.HeaderValue;
import io.envoyproxy.envoy.service.auth.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.HttpStatus;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** From a reply as it would go to a client to an answer as Envoy takes it. */
final class Answers {
    private static final int OK = 200;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    /** What goes no further, in its own spelling: credentials, and what only the gateway says. */
    private static final List<String> REMOVED = List.of(
            "authorization", "x-api-key", "x-portcullis-user-id", "x-portcullis-user",
            "x-portcullis-kind", "x-portcullis-groups", "x-portcullis-role",
            "x-portcullis-token-id");

    private Answers() {}

    /**
     * What Envoy is told to remove, should the request pass: what is always removed, and whichever
     * of the request's fields a server might fold to such a name ({@code x_portcullis_role}), or
     * take for another method or path. Envoy removes by the exact name alone.
     *
     * @param names of the request's fields
     */
    static Set<String> removed(Iterable<String> names) {
        Set<String> removed = new LinkedHashSet<>(REMOVED);
        for (String name : names) {
            if (goesNoFurther(FieldName.of(name.getBytes(StandardCharsets.ISO_8859_1)))) {
                removed.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return removed;
    }

    private static boolean goesNoFurther(FieldName name) {
        return switch (name) {
            case AUTHORIZATION, PROXY_AUTHORIZATION, X_API_KEY, X_PORTCULLIS, PROXY,
                    X_HTTP_METHOD, X_HTTP_METHOD_OVERRIDE, X_METHOD_OVERRIDE,
                    X_ORIGINAL_URL, X_REWRITE_URL -> true;
            default -> false;
        };
    }

    /**
     * An answer of the octets of a reply's head, without its empty line, and its body.
     *
     * @param removed what goes no further, should the request pass
     */
    static CheckResponse of(ByteBuf head, byte[] body, Set<String> removed) {
        String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        int status = Integer.parseInt(lines[0].substring(STATUS_AT, STATUS_AT + 3));
        List<HeaderValueOption> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(": ");
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            boolean framing = name.equals("content-length");
            boolean identity = name.startsWith("x-portcullis-") || name.equals("x-request-id");
            if (status == OK ? identity : !framing) {
                headers.add(header(name, lines[i].substring(colon + 2)));
            }
        }
        return status == OK ? passes(headers, removed) : refused(status, headers, body);
    }

    private static CheckResponse passes(List<HeaderValueOption> headers, Set<String> removed) {
        List<String> set = headers.stream().map(header -> header.getHeader().getKey()).toList();
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(Code.OK_VALUE))
                .setOkResponse(OkHttpResponse.newBuilder()
                        .addAllHeaders(headers)
                        .addAllHeadersToRemove(removed.stream()
                                .filter(name -> !set.contains(name))
                                .toList()))
                .build();
    }

    private static CheckResponse refused(
            int status, List<HeaderValueOption> headers, byte[] body) {
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(codeOf(status)))
                .setDeniedResponse(DeniedHttpResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCode(status))
                        .addAllHeaders(headers)
                        .setBody(new String(body, StandardCharsets.US_ASCII)))
                .build();
    }

    private static int codeOf(int status) {
        return switch (status) {
            case 401 -> Code.UNAUTHENTICATED_VALUE;
            case 404 -> Code.NOT_FOUND_VALUE;
            case 429 -> Code.RESOURCE_EXHAUSTED_VALUE;
            case 503 -> Code.UNAVAILABLE_VALUE;
            default -> Code.PERMISSION_DENIED_VALUE;
        };
    }

    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
