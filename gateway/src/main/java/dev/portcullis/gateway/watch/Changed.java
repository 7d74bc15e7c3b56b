package dev.portcullis.gateway.watch;

import dev.portcullis.core.token.TokenPrefix;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which records have changed: the keys of one or more changes. Immutable; any thread.
 *
 * <p>Its size is bounded: beyond {@link #KEYS_MAX} keys it stands for everything.
 */
public final class Changed {
    /** Keys a batch may name one by one. */
    static final int KEYS_MAX = 10_000;

    private static final String CREDENTIAL = "c:";
    private static final String PRINCIPAL = "p:";
    private static final String EVERY_PRINCIPAL = "p:*";
    private static final String CACHE_KEY = "k:*";

    private final Set<TokenPrefix> credentials;
    private final Set<String> users;
    private final boolean everyPrincipal;
    private final boolean everything;
    private final boolean cacheKeyEnded;

    private Changed(Builder from) {
        this.credentials = Set.copyOf(from.credentials);
        this.users = Set.copyOf(from.users);
        this.everyPrincipal = from.everyPrincipal;
        this.everything = from.everything;
        this.cacheKeyEnded = from.cacheKeyEnded;
    }

    /**
     * The keys of a change, as they stand on the wire. A key that is not understood: everything.
     */
    static Changed of(List<String> keys) {
        Builder builder = new Builder();
        keys.forEach(builder::add);
        return builder.build();
    }

    /** Whether any record at all may have changed. */
    public boolean everything() {
        return everything;
    }

    /** Whether any principal may have changed; true as well when everything may. */
    public boolean everyPrincipal() {
        return everyPrincipal || everything;
    }

    /**
     * Whether somebody may have made records under the key of the shared cache who is to be
     * believed no longer: whatever came from there may be false.
     */
    public boolean cacheKeyEnded() {
        return cacheKeyEnded;
    }

    /** The credentials named one by one; says nothing when {@link #everything} is true. */
    public Set<TokenPrefix> credentials() {
        return credentials;
    }

    /** The users named one by one; says nothing when {@link #everyPrincipal} is true. */
    public Set<String> users() {
        return users;
    }

    /** Whether a verdict that rests on this credential and this user has to be made anew. */
    public boolean touches(TokenPrefix credential, String userId) {
        return everyPrincipal() || credentials.contains(credential) || users.contains(userId);
    }

    /** Whether nothing has changed. */
    public boolean isEmpty() {
        return !everyPrincipal() && credentials.isEmpty() && users.isEmpty();
    }

    /** Collects keys. One thread. */
    static final class Builder {
        private final Set<TokenPrefix> credentials = new HashSet<>();
        private final Set<String> users = new HashSet<>();
        private boolean everyPrincipal;
        private boolean everything;
        private boolean cacheKeyEnded;

        void add(String key) {
            if (key.equals(EVERY_PRINCIPAL)) {
                everyPrincipal = true;
            } else if (key.equals(CACHE_KEY)) {
                cacheKeyEnded = true;
            } else if (key.startsWith(PRINCIPAL) && key.length() > PRINCIPAL.length()) {
                users.add(key.substring(PRINCIPAL.length()));
            } else {
                addCredential(key);
            }
            bound();
        }

        private void addCredential(String key) {
            try {
                if (key.startsWith(CREDENTIAL)) {
                    credentials.add(TokenPrefix.of(key.substring(CREDENTIAL.length())));
                    return;
                }
            } catch (IllegalArgumentException notAPrefix) {
                // falls through: what the key stands for is unknown, so it may stand for anything
            }
            addEverything();
        }

        void add(Changed other) {
            credentials.addAll(other.credentials);
            users.addAll(other.users);
            everyPrincipal |= other.everyPrincipal;
            everything |= other.everything;
            cacheKeyEnded |= other.cacheKeyEnded;
            bound();
        }

        void addEverything() {
            everything = true;
            bound();
        }

        private void bound() {
            if (everything || credentials.size() + users.size() > KEYS_MAX) {
                everything = true;
                credentials.clear();
                users.clear();
            }
        }

        Changed build() {
            return new Changed(this);
        }
    }
}
