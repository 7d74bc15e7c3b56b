package dev.portcullis.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.SeededRandom;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestrictionsTest {
    private static final List<String> APPLICATIONS = List.of("orders", "billing", "stock");
    private static final List<String> RANGES = List.of(
            "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "11.0.0.0/8", "::/0",
            "2001:db8::/32", "2001:db8::1");
    private static final List<String> SOURCES = List.of(
            "10.1.2.3", "10.1.0.1", "10.2.0.1", "11.0.0.1", "12.0.0.1", "2001:db8::1",
            "2001:db8::2", "2001:db9::1");

    private final SeededRandom random = SeededRandom.create();

    /** What each role may do, in the words of its definition. */
    private enum Right { READ, WRITE, READ_ADMIN_API, CHANGE_ADMIN_API }

    private static Set<Right> rights(Role role) {
        if (role == null) {
            return EnumSet.noneOf(Right.class);
        }
        return switch (role) {
            case AUDITOR -> EnumSet.of(Right.READ_ADMIN_API);
            case READER -> EnumSet.of(Right.READ);
            case WRITER -> EnumSet.of(Right.READ, Right.WRITE);
            case ADMIN -> EnumSet.allOf(Right.class);
        };
    }

    @Test
    void roleWithinAnother_isWhereItsRightsAreAmongTheOthers() {
        for (Role role : Role.values()) {
            for (Role other : Role.values()) {
                assertThat(role.within(other))
                        .as("%s within %s", role, other)
                        .isEqualTo(rights(other).containsAll(rights(role)));
            }
        }
    }

    @Test
    void roleUnderACap_isWhatBothMayDo() {
        for (Role role : Role.values()) {
            assertThat(role.cappedBy(null)).isEqualTo(role);
            for (Role cap : Role.values()) {
                Set<Right> both = rights(role);
                both.retainAll(rights(cap));
                assertThat(rights(role.cappedBy(cap))).as("%s, %s", role, cap).isEqualTo(both);
            }
        }
    }

    @Test
    void none_restrictsNothing() throws Exception {
        for (Role role : Role.values()) {
            assertThat(Restrictions.NONE.cap(role)).isEqualTo(role);
        }
        assertThat(Restrictions.NONE.cap(null)).isNull();
        assertThat(Restrictions.NONE.allowApplication("anything")).isTrue();
        assertThat(Restrictions.NONE.allowSource(InetAddress.getByName("203.0.113.1"))).isTrue();
        assertThat(Restrictions.NONE.allowSource(null)).isTrue();
    }

    @Test
    void applications_areAllowedByTheirExactNames() {
        Restrictions some = new Restrictions(null, Set.of("orders", "billing"), List.of());
        assertThat(some.allowApplication("orders")).isTrue();
        assertThat(some.allowApplication("billing")).isTrue();
        for (String other : new String[] {"Orders", "order", "orders ", "", "*", "stock"}) {
            assertThat(some.allowApplication(other)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.9.9.9, true", "192.0.2.7, true", "2001:db8::1, true",
        "192.0.2.8, false", "11.0.0.1, false", "2001:db9::1, false", "::1, false",
    })
    void source_isAllowedInAnyOfTheRanges(String source, boolean allowed) throws Exception {
        Restrictions some = new Restrictions(null, Set.of(), List.of(
                Cidr.parse("192.0.2.7"), Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8::/32")));
        assertThat(some.allowSource(InetAddress.getByName(source))).isEqualTo(allowed);
    }

    @Test
    void unknownSource_isNotAllowedWhereSourcesAreRestricted() {
        Restrictions anyV4 = new Restrictions(null, Set.of(), List.of(Cidr.parse("0.0.0.0/0")));
        assertThat(anyV4.allowSource(null)).isFalse();
    }

    @Test
    void certificate_isAllowedWhenItIsOneOfThem() {
        assertThat(Restrictions.NONE.allowCertificate(null)).isTrue();
        assertThat(Restrictions.NONE.allowCertificate(certificate(1))).isTrue();
        Restrictions some = forCertificates(certificate(1), certificate(2));
        assertThat(some.allowCertificate(certificate(1))).isTrue();
        assertThat(some.allowCertificate(certificate(2))).isTrue();
        assertThat(some.allowCertificate(certificate(3))).isFalse();
        assertThat(some.allowCertificate(null)).isFalse();
        assertThat(some.sortedCertificates())
                .containsExactly("01".repeat(32), "02".repeat(32));
    }

    @Test
    void certificates_narrowAsTheOthersDo() {
        Restrictions one = forCertificates(certificate(1));
        Restrictions two = forCertificates(certificate(1), certificate(2));
        assertThat(one.within(two)).isTrue();
        assertThat(two.within(one)).isFalse();
        assertThat(one.within(Restrictions.NONE)).isTrue();
        assertThat(Restrictions.NONE.within(one)).isFalse();
        assertThat(two.narrowedBy(one)).isEqualTo(one);
        assertThat(Restrictions.NONE.narrowedBy(one)).isEqualTo(one);
        assertThat(one.narrowedBy(Restrictions.NONE)).isEqualTo(one);
        assertThatThrownBy(() -> one.narrowedBy(forCertificates(certificate(3))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Fingerprint certificate(int octet) {
        byte[] octets = new byte[Fingerprint.LENGTH];
        Arrays.fill(octets, (byte) octet);
        return Fingerprint.of(octets);
    }

    private static Restrictions forCertificates(Fingerprint... certificates) {
        return new Restrictions(null, Set.of(), List.of(), Set.of(certificates));
    }

    @Test
    void restrictions_doNotChangeWithWhatTheyWereMadeFrom() {
        Set<String> applications = new HashSet<>(Set.of("orders"));
        List<Cidr> cidrs = new ArrayList<>(List.of(Cidr.parse("10.0.0.0/8")));
        Restrictions some = new Restrictions(Role.READER, applications, cidrs);
        applications.clear();
        cidrs.clear();
        assertThat(some).isEqualTo(new Restrictions(
                Role.READER, Set.of("orders"), List.of(Cidr.parse("10.0.0.0/8"))));
    }

    @ParameterizedTest
    @CsvSource({
        // an unrestricted one is not within a restricted one
        "-;-;-, -;-;-, true", "-;-;-, READER;-;-, false", "-;-;-, -;orders;-, false",
        "-;-;-, -;-;10.0.0.0/8, false", "READER;orders;10.0.0.0/8, -;-;-, true",
        "READER;-;-, WRITER;-;-, true", "WRITER;-;-, READER;-;-, false",
        // the order of the roles is not that of their rights
        "AUDITOR;-;-, READER;-;-, false", "AUDITOR;-;-, ADMIN;-;-, true",
        "-;orders;-, -;orders billing;-, true", "-;orders billing;-, -;orders;-, false",
        "-;stock;-, -;orders;-, false",
        "-;-;10.1.0.0/16, -;-;10.0.0.0/8, true", "-;-;10.0.0.0/8, -;-;10.1.0.0/16, false",
        "-;-;10.0.0.0/8 ::/0, -;-;10.0.0.0/8, false", "-;-;::/0, -;-;0.0.0.0/0, false",
        "-;-;10.1.0.0/16 ::1, -;-;::/0 10.0.0.0/8, true",
        // one thing narrower and one wider is not narrower
        "READER;orders billing;-, WRITER;orders;-, false",
    })
    void within_demandsThatNothingIsWider(String narrow, String wide, boolean within) {
        assertThat(restrictions(narrow).within(restrictions(wide))).isEqualTo(within);
    }

    @ParameterizedTest
    @CsvSource({
        "-;-;-, READER;orders;10.0.0.0/8, READER;orders;10.0.0.0/8",
        "WRITER;-;-, READER;-;-, READER;-;-",
        "ADMIN;-;-, AUDITOR;-;-, AUDITOR;-;-",
        "-;orders billing;-, -;billing stock;-, -;billing;-",
        "-;-;10.0.0.0/8, -;-;10.1.0.0/16 11.0.0.0/8, -;-;10.1.0.0/16",
        "-;-;10.1.0.0/16 ::/0, -;-;10.0.0.0/8 ::1, -;-;10.1.0.0/16 ::1",
        "-;-;10.0.0.0/8, -;-;10.0.0.0/8, -;-;10.0.0.0/8",
    })
    void narrowedBy_keepsWhatIsInBoth(String one, String other, String both) {
        assertThat(restrictions(one).narrowedBy(restrictions(other))).isEqualTo(restrictions(both));
    }

    /** An empty set stands for all, so that nothing in common must never become one. */
    @ParameterizedTest
    @CsvSource({
        "-;orders;-, -;billing;-, no application is in both restrictions",
        "-;-;10.0.0.0/8, -;-;11.0.0.0/8, no address is in both restrictions",
        "-;-;0.0.0.0/0, -;-;::/0, no address is in both restrictions",
        "READER;-;-, AUDITOR;-;-, the roles reader and auditor have nothing in common",
    })
    void nothingInCommon_isRefused(String one, String other, String why) {
        assertThatThrownBy(() -> restrictions(one).narrowedBy(restrictions(other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }

    /** Narrowing, taken by what it is for: it opens what both open, and nothing else. */
    @Test
    void anyTwo_narrowToWhatBothAllow() throws Exception {
        int narrowed = 0;
        for (int i = 0; i < 5_000; i++) {
            Restrictions one = randomRestrictions();
            Restrictions other = randomRestrictions();
            Restrictions both;
            try {
                both = one.narrowedBy(other);
            } catch (IllegalArgumentException e) {
                assertThat(allowed(one)).as(random.toString()).doesNotContainAnyElementsOf(
                        allowed(other));
                continue;
            }
            narrowed++;
            Set<String> common = allowed(one);
            common.retainAll(allowed(other));
            assertThat(allowed(both)).as("%s %s; %s", one, other, random).isEqualTo(common);
            assertThat(both.within(one)).as(random.toString()).isTrue();
            assertThat(both.within(other)).as(random.toString()).isTrue();
        }
        assertThat(narrowed).as(random.toString()).isGreaterThan(500);
    }

    @Test
    void anyThatIsWithinAnother_allowsNothingThatTheOtherDoesNot() throws Exception {
        int within = 0;
        for (int i = 0; i < 10_000; i++) {
            Restrictions one = randomRestrictions();
            Restrictions other = randomRestrictions();
            assertThat(one.within(one)).isTrue();
            if (one.within(other)) {
                within++;
                assertThat(allowed(other)).as(random.toString()).containsAll(allowed(one));
            }
        }
        assertThat(within).as(random.toString()).isGreaterThan(500);
    }

    /** Everything of a small world that restrictions leave to an administrator. */
    private static Set<String> allowed(Restrictions restrictions) throws Exception {
        Set<String> allowed = new HashSet<>();
        for (String application : APPLICATIONS) {
            for (String source : SOURCES) {
                if (restrictions.allowApplication(application)
                        && restrictions.allowSource(InetAddress.getByName(source))) {
                    rights(restrictions.cap(Role.ADMIN)).forEach(
                            right -> allowed.add(application + " " + source + " " + right));
                }
            }
        }
        return allowed;
    }

    private Restrictions randomRestrictions() {
        Role role = random.nextInt(3) == 0 ? null : Role.values()[random.nextInt(4)];
        Set<String> applications = new HashSet<>();
        List<Cidr> cidrs = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            applications.add(APPLICATIONS.get(random.nextInt(APPLICATIONS.size())));
            cidrs.add(Cidr.parse(RANGES.get(random.nextInt(RANGES.size()))));
        }
        return new Restrictions(role, applications, random.nextInt(3) == 0 ? List.of() : cidrs);
    }

    /** From {@code role;applications;ranges}, a dash for none. */
    private static Restrictions restrictions(String text) {
        String[] parts = text.split(";");
        return new Restrictions(
                parts[0].equals("-") ? null : Role.valueOf(parts[0]),
                parts[1].equals("-") ? Set.of() : Set.of(parts[1].split(" ")),
                parts[2].equals("-")
                        ? List.of()
                        : List.of(parts[2].split(" ")).stream().map(Cidr::parse).toList());
    }
}
