package dev.portcullis.admin.store;

import dev.portcullis.admin.model.Actor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A stored audit event.
 *
 * @param seq counts events from 1 without a gap
 * @param revision of the change that it tells of
 * @param happenedAt milliseconds since the epoch
 * @param actor whose role is not kept and therefore null
 * @param previousHash of the event before, or 32 zero octets for the first
 * @param hash of all the rest, {@code previousHash} included
 */
public record AuditEvent(
        long seq,
        long revision,
        long happenedAt,
        Actor actor,
        AuditEntry entry,
        byte[] previousHash,
        byte[] hash) {

    /**
     * The hash that this event must have: SHA-256 over the previous hash and every field, numbers
     * as eight octets, texts as UTF-8 behind their length, so that no two events share one form.
     */
    public byte[] expectedHash() {
        return hashAs(seq);
    }

    /** Whether it is as it was written, were it in another place. */
    boolean wasWrittenAs(long place) {
        return Arrays.equals(hash, hashAs(place));
    }

    private byte[] hashAs(long place) {
        MessageDigest digest = sha256();
        digest.update(previousHash);
        update(digest, place);
        update(digest, revision);
        update(digest, happenedAt);
        update(digest, actor.userId());
        update(digest, actor.userName());
        update(digest, actor.source());
        update(digest, actor.requestId());
        update(digest, entry.action());
        update(digest, entry.targetKind());
        update(digest, entry.targetId());
        update(digest, entry.before());
        update(digest, entry.after());
        return digest.digest();
    }

    private static void update(MessageDigest digest, long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    /** A length of -1 stands for an absent text. */
    private static void update(MessageDigest digest, String text) {
        if (text == null) {
            update(digest, -1);
            return;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        update(digest, octets.length);
        digest.update(octets);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
