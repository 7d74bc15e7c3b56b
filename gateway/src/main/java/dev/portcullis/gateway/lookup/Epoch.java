package dev.portcullis.gateway.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unknown;
import dev.portcullis.gateway.watch.Environment;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What has been read since the last reset: caches, floors, and the look-ups under way. A reset
 * begins a new one and drops the old as a whole. So a look-up that began before it can only ever
 * fill what nobody reads any more: emptying a cache could not do that, because an insertion that is
 * under way lands behind it.
 *
 * <p>Changes come from the control thread; everything else from any.
 */
final class Epoch {
    private final Cache<TokenPrefix, CredentialEntry> credentials;
    private final Cache<String, PrincipalEntry> principals;
    private final Cache<TokenPrefix, Unknown> negatives;
    private final FloorTable<TokenPrefix> credentialFloors;
    private final FloorTable<String> principalFloors;
    private final UsageReporter usage;

    /** One look-up for each prefix, shared by all who miss it; as many as may be asked at once. */
    final ConcurrentHashMap<TokenPrefix, Flight> flights = new ConcurrentHashMap<>();

    /** Written by the control thread. */
    private volatile long newest;

    /**
     * An epoch that knows nothing.
     *
     * @param floor what is read must be at least as new
     */
    Epoch(RecordsConfig config, Environment environment, UsageReporter usage, long floor) {
        this.credentials = Caffeine.newBuilder()
                .maximumSize(config.credentialsMax())
                .executor(environment.scheduler())
                .build();
        this.principals = Caffeine.newBuilder()
                .maximumSize(config.principalsMax())
                .executor(environment.scheduler())
                .build();
        this.negatives = Caffeine.newBuilder()
                .maximumSize(config.negativesMax())
                .expireAfterWrite(config.negativeTtl())
                .ticker(environment.nanoTime()::getAsLong)
                .executor(environment.scheduler())
                .build();
        this.credentialFloors = new FloorTable<>(floor);
        this.principalFloors = new FloorTable<>(floor);
        this.usage = usage;
        this.newest = floor;
    }

    /** What L1 or the table of unknown prefixes says, or null when they say nothing. */
    LookupResult find(TokenPrefix prefix) {
        CredentialEntry credential = credentials.getIfPresent(prefix);
        if (credential == null) {
            return negatives.getIfPresent(prefix);
        }
        PrincipalEntry principal = principals.getIfPresent(credential.record().userId());
        // the floors of single keys need no look here: what they forbid was evicted when they rose
        if (principal == null || !principalFloors.serves(principal.asOf())) {
            return null;
        }
        TokenPrefix key = credential.record().parent();
        // a change to the key evicts the key alone: what was exchanged from it finds it gone
        CredentialEntry parent = key == null ? null : credentials.getIfPresent(key);
        return key != null && parent == null ? null : credential.with(parent, principal);
    }

    /** Whether there is a record under a prefix, whatever is known of its user and key. */
    boolean holds(TokenPrefix prefix) {
        return credentials.getIfPresent(prefix) != null;
    }

    /**
     * Takes in what the origin answered, as far as the floors admit it; each record under its own.
     *
     * @return the answer; whether it may be believed is for {@link #admits} to say
     */
    LookupResult fill(TokenPrefix prefix, Resolved resolved) {
        if (resolved.credential() == null) {
            return fillUnknown(prefix, new Unknown(resolved.asOf()));
        }
        CredentialEntry parent = resolved.parent() == null
                ? null : fillCredential(resolved.parent(), resolved.asOf());
        CredentialEntry credential = fillCredential(resolved.credential(), resolved.asOf());
        PrincipalEntry principal = new PrincipalEntry(resolved.principal(), resolved.asOf());
        PrincipalEntry kept = fillPrincipal(resolved.credential().userId(), principal);
        return credential.with(parent, kept == null ? principal : kept);
    }

    /**
     * Check and insertion are one step for the key: an eviction comes before it or after it.
     *
     * @return what L1 holds now, or the fresh entry where it holds none
     */
    private CredentialEntry fillCredential(CredentialRecord record, long asOf) {
        CredentialEntry fresh = new CredentialEntry(record, asOf, usage);
        TokenPrefix prefix = record.prefix();
        CredentialEntry kept = credentials.asMap().compute(prefix, (key, old) -> {
            boolean newer = old == null || old.asOf() < fresh.asOf();
            return newer && credentialFloors.admits(key, fresh.asOf()) ? fresh : old;
        });
        negatives.asMap().computeIfPresent(
                prefix, (key, unknown) -> unknown.asOf() <= fresh.asOf() ? null : unknown);
        return kept == null ? fresh : kept;
    }

    private PrincipalEntry fillPrincipal(String userId, PrincipalEntry fresh) {
        return principals.asMap().compute(userId, (key, old) -> {
            boolean newer = old == null || old.asOf() < fresh.asOf();
            return newer && principalFloors.admits(key, fresh.asOf()) ? fresh : old;
        });
    }

    private Unknown fillUnknown(TokenPrefix prefix, Unknown fresh) {
        // no change takes a credential away without a trace; if one did, it must not live on here
        credentials.asMap().computeIfPresent(
                prefix, (key, old) -> old.asOf() <= fresh.asOf() ? null : old);
        negatives.asMap().compute(
                prefix,
                (key, old) -> credentialFloors.admits(key, fresh.asOf()) ? fresh : old);
        return fresh;
    }

    /** Whether an answer is as new as every change seen so far. */
    boolean admits(TokenPrefix prefix, LookupResult answer) {
        if (answer instanceof Found found) {
            String userId = found.credential().userId();
            CredentialEntry parent = found.parentEntry();
            return credentialFloors.admits(prefix, found.credentialEntry().asOf())
                    && principalFloors.admits(userId, found.principalEntry().asOf())
                    && (parent == null
                            || credentialFloors.admits(parent.record().prefix(), parent.asOf()));
        }
        return !(answer instanceof Unknown unknown)
                || credentialFloors.admits(prefix, unknown.asOf());
    }

    /** The newest revision that was told of: the floors of all changes up to it are up. */
    long newest() {
        return newest;
    }

    /** Control thread; behind the floors of that revision. */
    void told(long revision) {
        newest = Math.max(newest, revision);
    }

    /** Control thread. First the floor, then the eviction: in between nothing old can come back. */
    void credentialChanged(TokenPrefix prefix, long revision, long nowNanos) {
        credentialFloors.raise(prefix, revision, nowNanos);
        credentials.asMap().remove(prefix);
        negatives.asMap().remove(prefix);
    }

    /** Control thread. */
    void principalChanged(String userId, long revision, long nowNanos) {
        principalFloors.raise(userId, revision, nowNanos);
        principals.asMap().remove(userId);
    }

    /** Control thread. Every hit is checked against this floor, so nothing need be evicted. */
    void everyPrincipalChanged(long revision) {
        principalFloors.raiseAll(revision);
    }

    /** Control thread. */
    void foldFloors(long nowNanos) {
        credentialFloors.fold(nowNanos);
        principalFloors.fold(nowNanos);
    }

    long credentialsHeld() {
        return credentials.estimatedSize();
    }

    long principalsHeld() {
        return principals.estimatedSize();
    }

    long negativesHeld() {
        return negatives.estimatedSize();
    }
}
