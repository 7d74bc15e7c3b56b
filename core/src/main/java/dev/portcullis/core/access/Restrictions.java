package dev.portcullis.core.access;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a credential is narrowed to. It never gives anything: what remains is what its user may do
 * and this does not exclude. Immutable; any thread.
 *
 * <p>How many applications and ranges there may be is for those to bound who take them in; a
 * decision looks at each range once.
 *
 * @param maxRole the cap on the user's role; null: none
 * @param applications names of the applications it is for; empty: all
 * @param cidrs where it may be used from; empty: anywhere
 * @param certificates by which of them a client must prove itself in TLS; empty: by none
 */
public record Restrictions(
        Role maxRole, Set<String> applications, List<Cidr> cidrs, Set<Fingerprint> certificates) {
    /** No restriction. */
    public static final Restrictions NONE = new Restrictions(null, Set.of(), List.of());

    /** Copies what could change. */
    public Restrictions {
        applications = Set.copyOf(applications);
        cidrs = List.copyOf(cidrs);
        certificates = Set.copyOf(certificates);
    }

    /** Those that ask for no certificate. */
    public Restrictions(Role maxRole, Set<String> applications, List<Cidr> cidrs) {
        this(maxRole, applications, cidrs, Set.of());
    }

    /** What is left of a role; null when that is nothing, or when there was none. */
    public Role cap(Role role) {
        return role == null ? null : role.cappedBy(maxRole);
    }

    /** Whether it is for that application. */
    public boolean allowApplication(String application) {
        return applications.isEmpty() || applications.contains(application);
    }

    /** Whether it may be used from an address; null, an unknown one, only when from any. */
    public boolean allowSource(InetAddress source) {
        if (cidrs.isEmpty()) {
            return true;
        }
        if (source == null) {
            return false;
        }
        byte[] address = source.getAddress();
        // by index: an iterator would be one more object in each decision
        for (int i = 0; i < cidrs.size(); i++) {
            if (cidrs.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a client with that certificate may use it; null is none. */
    public boolean allowCertificate(Fingerprint certificate) {
        return certificates.isEmpty()
                || certificate != null && certificates.contains(certificate);
    }

    /** The certificates as text, in an order of their own: sets have none. */
    public List<String> sortedCertificates() {
        return certificates.stream().map(Fingerprint::toString).sorted().toList();
    }

    /**
     * Whether this is as narrow as {@code other} or narrower, so that a credential with these
     * restrictions opens nothing that one with those does not.
     *
     * <p>A range counts as within when one single range of {@code other} holds it: that two halves
     * make a whole is not seen, which errs on the strict side.
     */
    public boolean within(Restrictions other) {
        return roleWithin(other) && applicationsWithin(other) && cidrsWithin(other)
                && certificatesWithin(other);
    }

    private boolean roleWithin(Restrictions other) {
        return other.maxRole == null || maxRole != null && maxRole.within(other.maxRole);
    }

    private boolean applicationsWithin(Restrictions other) {
        return other.applications.isEmpty()
                || !applications.isEmpty() && other.applications.containsAll(applications);
    }

    private boolean cidrsWithin(Restrictions other) {
        return other.cidrs.isEmpty()
                || !cidrs.isEmpty() && cidrs.stream().allMatch(
                        mine -> other.cidrs.stream().anyMatch(theirs -> theirs.contains(mine)));
    }

    private boolean certificatesWithin(Restrictions other) {
        return other.certificates.isEmpty()
                || !certificates.isEmpty() && other.certificates.containsAll(certificates);
    }

    /**
     * What both leave.
     *
     * @throws IllegalArgumentException when they leave nothing: no role, no application, no
     *     address or no certificate is in both. No restrictions can say that, for the empty set
     *     stands for all; a credential that opens nothing is not to be made.
     */
    public Restrictions narrowedBy(Restrictions other) {
        return new Restrictions(
                commonRole(other.maxRole),
                commonApplications(other.applications),
                commonCidrs(other.cidrs),
                commonCertificates(other.certificates));
    }

    private Role commonRole(Role other) {
        if (maxRole == null) {
            return other;
        }
        Role common = maxRole.cappedBy(other);
        if (common == null) {
            throw new IllegalArgumentException("the roles " + maxRole.word() + " and "
                    + other.word() + " have nothing in common");
        }
        return common;
    }

    private Set<String> commonApplications(Set<String> others) {
        if (applications.isEmpty() || others.isEmpty()) {
            return applications.isEmpty() ? others : applications;
        }
        Set<String> common = new HashSet<>(applications);
        common.retainAll(others);
        if (common.isEmpty()) {
            throw new IllegalArgumentException("no application is in both restrictions");
        }
        return common;
    }

    private List<Cidr> commonCidrs(List<Cidr> others) {
        if (cidrs.isEmpty() || others.isEmpty()) {
            return cidrs.isEmpty() ? others : cidrs;
        }
        List<Cidr> common = new ArrayList<>();
        addAllWithin(common, cidrs, others);
        addAllWithin(common, others, cidrs);
        if (common.isEmpty()) {
            throw new IllegalArgumentException("no address is in both restrictions");
        }
        return common;
    }

    private Set<Fingerprint> commonCertificates(Set<Fingerprint> others) {
        if (certificates.isEmpty() || others.isEmpty()) {
            return certificates.isEmpty() ? others : certificates;
        }
        Set<Fingerprint> common = new HashSet<>(certificates);
        common.retainAll(others);
        if (common.isEmpty()) {
            throw new IllegalArgumentException("no certificate is in both restrictions");
        }
        return common;
    }

    /** Two ranges overlap only where one holds the other, so the smaller is what they share. */
    private static void addAllWithin(List<Cidr> common, List<Cidr> ranges, List<Cidr> others) {
        for (Cidr range : ranges) {
            boolean within = others.stream().anyMatch(other -> other.contains(range));
            if (within && !common.contains(range)) {
                common.add(range);
            }
        }
    }
}
