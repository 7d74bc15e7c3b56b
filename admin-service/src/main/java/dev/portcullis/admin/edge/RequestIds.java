package dev.portcullis.admin.edge;

import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Names requests: by what the caller calls them, or at random. Any thread, when its generator is.
 */
public final class RequestIds {
    private static final int LENGTH_MAX = 64;

    private final RandomGenerator random;

    /** @param random where names come from when a caller gives none */
    public RequestIds(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The name of a request.
     *
     * @param given what the caller's headers say; taken over when it is exactly one sane value,
     *     since it goes into logs and audit events: 1 to 64 of {@code A-Z a-z 0-9 . _ -}
     */
    public String of(List<String> given) {
        return given.size() == 1 && isSane(given.get(0)) ? given.get(0) : fresh();
    }

    private static boolean isSane(String id) {
        return !id.isEmpty() && id.length() <= LENGTH_MAX
                && id.chars().allMatch(RequestIds::isPlain);
    }

    private static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '.' || c == '_' || c == '-';
    }

    private String fresh() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
