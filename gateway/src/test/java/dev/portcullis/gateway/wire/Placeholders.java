package dev.portcullis.gateway.wire;

import static dev.portcullis.proto.origin.v1.Role.ROLE_READER;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.testkit.FakeOrigin;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.TokenTexts;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names for what differs from run to run. In: <code>{token.reader}</code>, and
 * <code>{basic.NAME.reader}</code> for HTTP Basic with that user name. Out:
 * <code>{prefix.reader}</code>, <code>{request.id}</code> and <code>{error.info CODE}</code>.
 */
final class Placeholders {
    private static final Pattern TOKEN = Pattern.compile("\\{token\\.([a-z-]+)}");
    private static final Pattern BASIC = Pattern.compile("\\{basic\\.([^.}]*)\\.([a-z-]+)}");
    private static final Pattern REQUEST_ID =
            Pattern.compile("(X-Request-Id: |\"request_id\":\")[0-9a-f]{32}");
    private static final Pattern ERROR_INFO =
            Pattern.compile("(grpc-status-details-bin: )([0-9A-Za-z+/]+)");
    /** In the year 2096. */
    private static final long FAR_AWAY = 4_000_000_000_000L;

    private final Map<String, String> tokens = new LinkedHashMap<>();

    /** Gives the origin one of each kind of user and credential. */
    Placeholders(GatewayFixture gateway) {
        FakeOrigin origin = gateway.origin();
        tokens.put("reader", gateway.reader());
        tokens.put("writer", gateway.writer());
        tokens.put("norole", origin.addToken(origin.addUserWithoutRole("norole")));
        tokens.put("auditor", origin.addToken(origin.addUser("auditor", Role.AUDITOR)));
        tokens.put("billing", origin.addToken(origin.addUser("billing", "billing", Role.READER)));
        String blocked = origin.addUser("blocked", Role.WRITER);
        tokens.put("blocked", origin.addToken(blocked));
        origin.block(blocked);
        String grouped = origin.addUser("J\u00f6rg, 100% \u2603", Role.READER);
        tokens.put("grouped", origin.addToken(grouped));
        origin.setGroups(grouped, "ops", "a,b", "gr\u00f6\u00dfe\r\nX: y");
        String team = origin.addUser("team", "billing", Role.WRITER);
        tokens.put("by-group", origin.addToken(team));
        origin.setGroups(team, "accounting");
        String reader = "user-reader";
        tokens.put("revoked", origin.addToken(reader));
        origin.revoke(tokens.get("revoked"));
        tokens.put("replaced", origin.addToken(reader));
        origin.replace(tokens.get("replaced"));
        tokens.put("expired", origin.addToken(reader, CredentialKind.ACCESS_TOKEN, 1));
        tokens.put("key", origin.addToken(reader, CredentialKind.API_KEY, 0));
        addOtherForms(origin, reader, "user-writer");
        tokens.put("unknown", origin.unknownToken());
        tokens.put("wrong", TokenTexts.otherSecret(tokens.get("reader")));
        tokens.put("wrong-revoked", TokenTexts.otherSecret(tokens.get("revoked")));
        tokens.put("mistyped", tokens.get("reader").substring(0, 65) + "!");
    }

    /** Those that are restricted, rotated, exchanged or imported. */
    private void addOtherForms(FakeOrigin origin, String reader, String writer) {
        tokens.put("abroad", origin.addToken(reader));
        origin.restrict(tokens.get("abroad"), only ->
                only.addCidrs("192.0.2.0/24").addCidrs("2001:db8::/32"));
        tokens.put("local", origin.addToken(reader));
        origin.restrict(tokens.get("local"), only -> only.addCidrs("127.0.0.0/8"));
        tokens.put("capped", origin.addToken(writer));
        origin.restrict(tokens.get("capped"), only -> only.setMaxRole(ROLE_READER));
        tokens.put("one-application", origin.addToken(reader));
        origin.restrict(tokens.get("one-application"), only -> only.addApplications("billing"));
        tokens.put("overlap", origin.addToken(reader));
        origin.replaceAt(tokens.get("overlap"), FAR_AWAY);
        tokens.put("exchanged", origin.exchange(tokens.get("key")));
        tokens.put("exchanged-again", origin.exchange(tokens.get("key")));
        for (String fate : List.of("revoked", "expired", "replaced")) {
            String key = origin.addToken(reader, CredentialKind.API_KEY, 0);
            tokens.put("key-" + fate, key);
            tokens.put("exchanged-key-" + fate, origin.exchange(key));
        }
        origin.revoke(tokens.get("key-revoked"));
        origin.expireAt(tokens.get("key-expired"), 1);
        origin.replace(tokens.get("key-replaced"));
        tokens.put("netbird", origin.importToken(reader));
        tokens.put("netbird-unknown", TokenTexts.netBird(new Random(2)));
        tokens.put("netbird-mistyped", mistyped(tokens.get("netbird")));
    }

    /** The token with its last character changed: the checksum is wrong. */
    private static String mistyped(String token) {
        int last = token.length() - 1;
        return token.substring(0, last) + (token.charAt(last) == 'a' ? 'b' : 'a');
    }

    /** Puts tokens in. */
    String fill(String line) {
        String filled = BASIC.matcher(line).replaceAll(found -> {
            String pair = found.group(1) + ":" + token(found.group(2));
            return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        });
        return TOKEN.matcher(filled).replaceAll(found -> token(found.group(1)));
    }

    private String token(String name) {
        return tokens.computeIfAbsent(name, missing -> {
            throw new IllegalArgumentException("no such token: " + missing);
        });
    }

    /** Takes out what differs from run to run. No secret may have come out. */
    String blank(String text) {
        String blanked = REQUEST_ID.matcher(text).replaceAll("$1{request.id}");
        for (Map.Entry<String, String> token : tokens.entrySet()) {
            if (blanked.contains(token.getValue())) {
                throw new AssertionError("a token came out: " + token.getKey());
            }
            blanked = blanked.replace(
                    FakeOrigin.prefixOf(token.getValue()), "{prefix." + token.getKey() + "}");
        }
        return ERROR_INFO.matcher(blanked).replaceAll(found -> Matcher.quoteReplacement(
                found.group(1) + "{error.info " + reason(found.group(2)) + "}"));
    }

    private static String reason(String details) {
        try {
            Any any = Status.parseFrom(Base64.getDecoder().decode(details)).getDetails(0);
            return any.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(details, e);
        }
    }
}
