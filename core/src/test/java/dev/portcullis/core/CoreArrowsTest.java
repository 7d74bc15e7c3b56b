package dev.portcullis.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.portcullis.core.access.Permit;
import dev.portcullis.core.verify.VerifiedCredential;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What the core may know of: token, then restrictions, then verify, then access; the JDK, but no
 * clock and no I/O.
 */
class CoreArrowsTest {
    /** What a record holds, and what that is made of: the part of access that stands on its own. */
    private static final String RESTRICTIONS = "dev\\.portcullis\\.core\\.access\\."
            + "(Restrictions|Role|Access|Cidr|Fingerprint|AddressText)(\\$.*)?";

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.portcullis.core");

    @Test
    void packages_importOnlyWhatStandsBeforeThem() {
        mayOnlyImport("token", "dev.portcullis.core.token");
        mayOnlyImport("verify", "dev.portcullis.core.token", "dev.portcullis.core.verify",
                "dev.portcullis.core.access");
        mayOnlyImport("access", "dev.portcullis.core.token", "dev.portcullis.core.verify",
                "dev.portcullis.core.access");
    }

    /** So the two packages import each other, but no two classes do. */
    @Test
    void restrictions_importNothingButEachOther() {
        classes().that().haveNameMatching(RESTRICTIONS)
                .should().onlyDependOnClassesThat(describe(
                        "the JDK or restrictions",
                        other -> isJdk(other) || isRestriction(other)))
                .check(CORE);
    }

    @Test
    void verify_importsOfAccessTheRestrictionsAlone() {
        noClasses().that().resideInAPackage("dev.portcullis.core.verify")
                .should().dependOnClassesThat(describe(
                        "access beyond the restrictions",
                        other -> isIn(other, "dev.portcullis.core.access")
                                && !isRestriction(other)))
                .check(CORE);
    }

    @Test
    void everyClass_isInOneOfTheThreePackages() {
        classes().should().resideInAnyPackage(
                        "dev.portcullis.core.token",
                        "dev.portcullis.core.verify",
                        "dev.portcullis.core.access")
                .check(CORE);
    }

    @Test
    void clocksRandomnessAndThreads_comeInFromOutside() {
        noClasses().should().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(Instant.class, "now")
                .orShould().dependOnClassesThat().areAssignableTo(Clock.class)
                .orShould().dependOnClassesThat().areAssignableTo(SecureRandom.class)
                .orShould().dependOnClassesThat().areAssignableTo(Random.class)
                .orShould().dependOnClassesThat().areAssignableTo(Thread.class)
                .orShould().dependOnClassesThat().resideInAnyPackage(
                        "java.io", "java.nio.file..", "java.nio.channels..",
                        "java.sql..", "java.util.logging..", "java.util.concurrent..")
                .check(CORE);
    }

    /** An address is a value; everything else there is connected with a network or a resolver. */
    @Test
    void ofTheNetwork_theOctetsOfAnAddressAreAllThatIsUsed() {
        noClasses().should().dependOnClassesThat(describe(
                        "java.net but InetAddress",
                        other -> other.getPackageName().startsWith("java.net")
                                && !other.isEquivalentTo(InetAddress.class)))
                .orShould().callMethodWhere(describe(
                        "InetAddress but its octets",
                        call -> call.getTargetOwner().isEquivalentTo(InetAddress.class)
                                && !call.getName().equals("getAddress")))
                .check(CORE);
    }

    /** Forwarding without authorisation does not compile: nobody else can make the proofs. */
    @Test
    void proofs_haveNoPublicConstructor() {
        constructors().that().areDeclaredIn(Permit.class)
                .or().areDeclaredIn(VerifiedCredential.class)
                .should().bePackagePrivate()
                .check(CORE);
    }

    private static void mayOnlyImport(String name, String... packages) {
        classes().that().resideInAPackage("dev.portcullis.core." + name)
                .should().onlyDependOnClassesThat(describe(
                        "the JDK or " + String.join(", ", packages),
                        other -> isJdk(other) || isIn(other, packages)))
                .check(CORE);
    }

    private static boolean isJdk(JavaClass other) {
        return other.getBaseComponentType().isPrimitive()
                || other.getBaseComponentType().getPackageName().startsWith("java.")
                || other.getBaseComponentType().getPackageName().startsWith("javax.crypto");
    }

    private static boolean isRestriction(JavaClass other) {
        return other.getBaseComponentType().getName().matches(RESTRICTIONS);
    }

    private static boolean isIn(JavaClass other, String... packages) {
        return List.of(packages).contains(
                other.getBaseComponentType().getPackageName());
    }
}
