package dev.portcullis.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessPolicy;
import dev.portcullis.core.access.Decision;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Source;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.Verification;
import dev.portcullis.core.verify.VerifiedCredential;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The parts of a verdict, each with what one would write without thinking: a {@link HashMap} keyed
 * by strings, and a plain {@link MessageDigest}. Names that end in {@code Baseline} are those.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class CoreBenchmark {
    private static final int SAMPLE = 1 << 16;
    private static final long NOW = 1_800_000_000_000L;
    private static final Source SOURCE = Source.of(InetAddress.getLoopbackAddress());

    private final Keys keys = new Keys();
    private final Keys peppered = new Keys(Keys.Form.PEPPERED);
    private final Keys exchanged = new Keys(Keys.Form.EXCHANGED);
    private final TokenVerifier verifier = new TokenVerifier(Peppers.NONE);
    private final TokenVerifier pepperedVerifier = new TokenVerifier(Keys.PEPPERS);
    private final Mac mac = Keys.PEPPERS.current().newMac();
    private final Cache<TokenPrefix, CredentialRecord> credentials =
            Caffeine.newBuilder().maximumSize(200_000).build();
    private final Cache<String, Principal> principals =
            Caffeine.newBuilder().maximumSize(100_000).build();
    private final Map<String, byte[]> plainMap = new HashMap<>();
    private final int[] sample = new Zipf(Keys.TOKENS).sample(SAMPLE, new Random(2));

    private final PresentedCredential[] presented = new PresentedCredential[Keys.TOKENS];
    private final PresentedCredential[] presentedPeppered = new PresentedCredential[Keys.TOKENS];
    private final PresentedCredential[] presentedExchanged = new PresentedCredential[Keys.TOKENS];
    private final byte[][] pepperedSecrets = new byte[Keys.TOKENS][];
    private final byte[][] pepperedHashes = new byte[Keys.TOKENS][];
    private final VerifiedCredential[] verified = new VerifiedCredential[Keys.TOKENS];
    private final String[] plainPrefixes = new String[Keys.TOKENS];
    private final byte[][] secrets = new byte[Keys.TOKENS][];
    private final byte[] hash = new byte[32];
    private MessageDigest sha256;
    private int cursor;

    /** Fills caches and maps. */
    @Setup(Level.Trial)
    public void fill() throws NoSuchAlgorithmException {
        sha256 = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < Keys.TOKENS; i++) {
            CredentialRecord record = keys.record(i);
            credentials.put(record.prefix(), record);
            principals.put(record.userId(), keys.principal(i));
            plainPrefixes[i] = record.prefix().toString();
            plainMap.put(plainPrefixes[i], record.hash().octets());
            secrets[i] = keys.secret(i);
            presented[i] = parse(keys.text(i));
            presentedPeppered[i] = parse(peppered.text(i));
            presentedExchanged[i] = parse(exchanged.text(i));
            pepperedSecrets[i] = peppered.secret(i);
            pepperedHashes[i] = peppered.record(i).hash().octets();
            verified[i] = (VerifiedCredential) verifier.verify(presented[i], record, NOW);
        }
    }

    /** Text to credential: form, alphabet, checksum. */
    @Benchmark
    public PresentedCredential parse() {
        return parse(keys.text(next()));
    }

    /** The same by strings, without the checksum. */
    @Benchmark
    public String[] parseBaseline() {
        return new String(keys.text(next()), StandardCharsets.US_ASCII).split("_");
    }

    /** A look-up that L1 answers. */
    @Benchmark
    public CredentialRecord lookUp() {
        return credentials.getIfPresent(keys.record(next()).prefix());
    }

    /** The same in a map that nobody else may touch and that never evicts. */
    @Benchmark
    public byte[] lookUpBaseline() {
        return plainMap.get(plainPrefixes[next()]);
    }

    /** The right secret. */
    @Benchmark
    public Verification verifyRight() {
        int i = next();
        return verifier.verify(presented[i], keys.record(i), NOW);
    }

    /** A wrong secret under a known prefix. */
    @Benchmark
    public Verification verifyWrong() {
        int i = next();
        return verifier.verify(presented[i], keys.record(i == 0 ? 1 : i - 1), NOW);
    }

    /** An unknown prefix. */
    @Benchmark
    public Verification verifyUnknown() {
        return verifier.verify(presented[next()], null, NOW);
    }

    /** The right secret of an exchanged token, and a look at its key. */
    @Benchmark
    public Verification verifyExchanged() {
        int i = next();
        return verifier.verify(
                presentedExchanged[i], exchanged.record(i), exchanged.parent(i), NOW);
    }

    /** The right secret, hashed with a pepper. */
    @Benchmark
    public Verification verifyPeppered() {
        int i = next();
        return pepperedVerifier.verify(presentedPeppered[i], peppered.record(i), NOW);
    }

    /** Keyed hash and compare, and nothing else. */
    @Benchmark
    public boolean verifyPepperedBaseline() {
        int i = next();
        return MessageDigest.isEqual(mac.doFinal(pepperedSecrets[i]), pepperedHashes[i]);
    }

    /** Hash and compare, and nothing else. */
    @Benchmark
    public boolean verifyBaseline() {
        int i = next();
        return MessageDigest.isEqual(sha256.digest(secrets[i]), plainMap.get(plainPrefixes[i]));
    }

    /** Role and access to permit. */
    @Benchmark
    public Decision authorise() {
        int i = next();
        return AccessPolicy.decide(
                verified[i], keys.principal(i), Keys.APPLICATION, Access.of("GET"), SOURCE);
    }

    /** The map look-up that authorising cannot do without. */
    @Benchmark
    public Object authoriseBaseline() {
        return keys.principal(next()).roles().get(Keys.APPLICATION);
    }

    /** Text to permit: all of the above in a row, with two look-ups in L1. */
    @Benchmark
    public Decision verdict() {
        byte[] text = keys.text(next());
        PresentedCredential credential = keys.format().parse(text, 0, text.length);
        CredentialRecord record = credentials.getIfPresent(credential.prefix());
        Verification result = verifier.verify(credential, record, NOW);
        return AccessPolicy.decide(
                (VerifiedCredential) result, principals.getIfPresent(record.userId()),
                Keys.APPLICATION, Access.of("GET"), SOURCE);
    }

    /** What no verdict can do without: SHA-256 of the secret, and one look-up in L1. */
    @Benchmark
    public Object verdictBaseline() throws Exception {
        int i = next();
        sha256.update(secrets[i]);
        sha256.digest(hash, 0, hash.length);
        return credentials.getIfPresent(keys.record(i).prefix());
    }

    private PresentedCredential parse(byte[] text) {
        return keys.format().parse(text, 0, text.length);
    }

    private int next() {
        return sample[cursor++ & SAMPLE - 1];
    }
}
