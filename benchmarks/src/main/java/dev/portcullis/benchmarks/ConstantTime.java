package dev.portcullis.benchmarks;

import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.VerifiedCredential;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;

/**
 * The statistical test that parsing and verifying a credential takes a time which does not depend
 * on its secret. Two classes, both rejected, of one length and with the prefix of one existing
 * token: A differs from it in the secret's last character only, B in every character of the secret.
 */
public final class ConstantTime {
    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int CHECKSUM = 6;
    private static final int VARIANTS = 61;
    private static final int RUNS = 3;
    private static final long NOW = 1_800_000_000_000L;

    private final Keys keys = new Keys();
    private final TokenFormat format = keys.format();
    private final TokenVerifier verifier = new TokenVerifier(Peppers.NONE);
    private final CredentialRecord record = keys.record(0);
    private final int secretAt = format.length() - CHECKSUM - TokenFormat.SECRET_LENGTH;
    private final int secretTo = format.length() - CHECKSUM;
    private final Random random;
    private final TimingProbe probe;
    private final byte[][] lastDiffers;
    private final byte[][] allDiffer;

    ConstantTime(Random random, LongSupplier nanoClock) {
        this.random = random;
        this.probe = new TimingProbe(random, nanoClock);
        this.lastDiffers = variants(secretTo - 1);
        this.allDiffer = variants(secretAt);
    }

    /** Three runs of the long form; fails the process when one of them finds a leak. */
    public static void main(String[] arguments) {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : new Random().nextLong();
        System.out.println("seed " + seed);
        ConstantTime test = new ConstantTime(new Random(seed), System::nanoTime);
        boolean passed = true;
        for (int run = 1; run <= RUNS; run++) {
            double selfTest = test.earlyExit(100_000);
            double verifier = test.judged(test::accepts, 300_000);
            double unknown = test.unknownPrefix(300_000);
            System.out.printf("run %d: early exit |t| = %.0f (must be found), verifier |t| = %.1f"
                    + " (pass below %.1f), unknown against known prefix |t| = %.1f (told only)%n",
                    run, selfTest, verifier, TimingProbe.PASS, unknown);
            passed &= selfTest > TimingProbe.LEAK && verifier < TimingProbe.PASS;
        }
        System.out.println(passed ? "passed" : "FAILED");
        System.exit(passed ? 0 : 1);
    }

    /** What the product does with a credential. */
    boolean accepts(byte[] text) {
        PresentedCredential presented = format.parse(text, 0, text.length);
        return verifier.verify(presented, record, NOW) instanceof VerifiedCredential;
    }

    /** The t of a comparison that stops at the first difference: it must be found leaking. */
    double earlyExit(int measurements) {
        return judged(this::stopsAtTheFirstDifference, measurements);
    }

    /**
     * The t of a check. One that is suspicious is measured again with twice as many measurements,
     * and again; a leak stays.
     */
    double judged(TimingProbe.Check check, int measurements) {
        double t = Double.NaN;
        for (int round = 0; round < 3; round++) {
            t = Math.abs(probe.t(check, lastDiffers, allDiffer, measurements << round));
            if (t < TimingProbe.PASS || t > TimingProbe.LEAK && round > 0) {
                break;
            }
        }
        return t;
    }

    /** The t between a known prefix and one that nothing is known of. */
    private double unknownPrefix(int measurements) {
        byte[][] strangers = new byte[VARIANTS][];
        for (int i = 0; i < VARIANTS; i++) {
            strangers[i] = keys.text(i + 1);
        }
        TimingProbe.Check check = text -> {
            PresentedCredential presented = format.parse(text, 0, text.length);
            CredentialRecord found =
                    presented.prefix().equals(record.prefix()) ? record : null;
            return verifier.verify(presented, found, NOW) instanceof VerifiedCredential;
        };
        return Math.abs(probe.t(check, lastDiffers, strangers, measurements));
    }

    private boolean stopsAtTheFirstDifference(byte[] text) {
        byte[] right = keys.text(0);
        for (int i = secretAt; i < secretTo; i++) {
            if (text[i] != right[i]) {
                return false;
            }
        }
        return true;
    }

    /** Well-formed credentials that differ from the right one in every character from an index. */
    private byte[][] variants(int from) {
        byte[][] variants = new byte[VARIANTS][];
        for (int i = 0; i < VARIANTS; i++) {
            byte[] text = keys.text(0).clone();
            for (int at = from; at < secretTo; at++) {
                int value = ALPHABET.indexOf(text[at]);
                // the one variable character takes each other value; many take any other value
                int step = from == secretTo - 1 ? i + 1 : 1 + random.nextInt(ALPHABET.length() - 1);
                text[at] = (byte) ALPHABET.charAt((value + step) % ALPHABET.length());
            }
            variants[i] = withChecksum(text);
        }
        return variants;
    }

    private byte[] withChecksum(byte[] text) {
        CRC32 crc = new CRC32();
        crc.update(text, 0, secretTo);
        long rest = crc.getValue();
        for (int i = text.length - 1; i >= secretTo; i--) {
            text[i] = (byte) ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        if (format.parse(text, 0, text.length) == null) {
            throw new IllegalStateException("the variant is not well-formed");
        }
        return text;
    }
}
