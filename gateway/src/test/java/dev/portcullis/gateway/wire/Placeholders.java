package dev.portcullis.gateway.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.testkit.FakeOrigin;
import dev.portcullis.gateway.testkit.GatewayFixture;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

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
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

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
        String reader = "user-reader";
        tokens.put("revoked", origin.addToken(reader));
        origin.revoke(tokens.get("revoked"));
        tokens.put("replaced", origin.addToken(reader));
        origin.replace(tokens.get("replaced"));
        tokens.put("expired", origin.addToken(reader, CredentialKind.ACCESS_TOKEN, 1));
        tokens.put("key", origin.addToken(reader, CredentialKind.API_KEY, 0));
        tokens.put("exchanged", origin.addToken(reader, CredentialKind.EXCHANGED_TOKEN, 0));
        tokens.put("unknown", origin.unknownToken());
        tokens.put("wrong", otherSecret(tokens.get("reader")));
        tokens.put("wrong-revoked", otherSecret(tokens.get("revoked")));
        tokens.put("mistyped", tokens.get("reader").substring(0, 65) + "!");
    }

    /** The token with the last character of its secret changed, and a checksum that is right. */
    private static String otherSecret(String token) {
        int end = token.length() - 6;
        String text = token.substring(0, end - 1) + (token.charAt(end - 1) == 'a' ? 'b' : 'a');
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        StringBuilder checksum = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            checksum.insert(0, DIGITS.charAt((int) (rest % 62)));
            rest /= 62;
        }
        return text + checksum;
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
