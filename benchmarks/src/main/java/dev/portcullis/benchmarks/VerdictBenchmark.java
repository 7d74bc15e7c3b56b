package dev.portcullis.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.gateway.verdict.Verdict;
import java.security.MessageDigest;
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
 * The gateway's whole verdict for what L1 knows: route, credential, look-up under a lease, verify,
 * authorise. The real code with a real watch, and an origin in the same process.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class VerdictBenchmark {
    /** Access tokens, and what the baseline needs of them. */
    @State(Scope.Thread)
    public static class Plain extends VerdictSetting {
        private final Cache<TokenPrefix, CredentialRecord> cache =
                Caffeine.newBuilder().maximumSize(200_000).build();
        private final byte[][] secrets = new byte[Keys.TOKENS][];
        private final byte[] hash = new byte[32];
        private MessageDigest sha256;

        public Plain() {
            super(Keys.Form.PLAIN);
        }

        /** Fills the cache of the baseline. */
        @Setup(Level.Trial)
        public void fill() throws Exception {
            sha256 = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < Keys.TOKENS; i++) {
                cache.put(keys.record(i).prefix(), keys.record(i));
                secrets[i] = keys.secret(i);
            }
        }
    }

    /** Tokens that are hashed with a pepper, and what the baseline needs of them. */
    @State(Scope.Thread)
    public static class Peppered extends VerdictSetting {
        private final Cache<TokenPrefix, CredentialRecord> cache =
                Caffeine.newBuilder().maximumSize(200_000).build();
        private final byte[][] secrets = new byte[Keys.TOKENS][];
        private final byte[] hash = new byte[32];
        private final Mac mac = Keys.PEPPERS.current().newMac();

        public Peppered() {
            super(Keys.Form.PEPPERED);
        }

        /** Fills the cache of the baseline. */
        @Setup(Level.Trial)
        public void fill() {
            for (int i = 0; i < Keys.TOKENS; i++) {
                cache.put(keys.record(i).prefix(), keys.record(i));
                secrets[i] = keys.secret(i);
            }
        }
    }

    /** Tokens that were exchanged from API keys. */
    @State(Scope.Thread)
    public static class Exchanged extends VerdictSetting {
        public Exchanged() {
            super(Keys.Form.EXCHANGED);
        }
    }

    /** From the head, as it was read, to the permit. */
    @Benchmark
    public Object verdict(Plain setting) {
        setting.present(setting.next());
        return setting.permit();
    }

    /** The same for a token that was exchanged: one more look-up in L1, for its key. */
    @Benchmark
    public Object verdictExchanged(Exchanged setting) {
        setting.present(setting.next());
        return setting.permit();
    }

    /** The same for a token that is hashed with a pepper. */
    @Benchmark
    public Object verdictPeppered(Peppered setting) {
        setting.present(setting.next());
        return setting.permit();
    }

    /** What no such verdict can do without: HMAC-SHA-256 of the secret, and one look-up in L1. */
    @Benchmark
    public Object verdictPepperedBaseline(Peppered setting) throws Exception {
        int i = setting.next();
        setting.mac.update(setting.secrets[i]);
        setting.mac.doFinal(setting.hash, 0);
        return setting.cache.getIfPresent(setting.keys.record(i).prefix());
    }

    /** What no verdict can do without: SHA-256 of the secret, and one look-up in L1. */
    @Benchmark
    public Object verdictBaseline(Plain setting) throws Exception {
        int i = setting.next();
        setting.sha256.update(setting.secrets[i]);
        setting.sha256.digest(setting.hash, 0, setting.hash.length);
        return setting.cache.getIfPresent(setting.keys.record(i).prefix());
    }

    /** From the octets of the head, as they came from the socket, to the permit. */
    @Benchmark
    public Object headAndVerdict(Plain setting) {
        setting.readHead(setting.next());
        return setting.permit();
    }

    /** The same. */
    @Benchmark
    public Object headAndVerdictBaseline(Plain setting) throws Exception {
        return verdictBaseline(setting);
    }

    /** A credential that is mistyped, and counted for the report to the origin. */
    @Benchmark
    public Object refusal(Plain setting) {
        Verdict verdict = refusalBaseline(setting);
        setting.count(verdict);
        return verdict;
    }

    /** The same, and not counted: what the cheapest refusal costs, without its reply. */
    @Benchmark
    public Verdict refusalBaseline(Plain setting) {
        setting.presentMistyped(setting.next());
        Verdict verdict = setting.judge();
        if (verdict.refusal() == null) {
            throw new IllegalStateException("permitted");
        }
        return verdict;
    }
}
