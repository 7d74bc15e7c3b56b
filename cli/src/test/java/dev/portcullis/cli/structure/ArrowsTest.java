package dev.portcullis.cli.structure;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.portcullis.core.access.Permit;
import dev.portcullis.gateway.rewrite.HealthRequest;
import dev.portcullis.gateway.rewrite.RequestRewriter;
import dev.portcullis.gateway.rewrite.UpstreamRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may import whom: modules, packages as their package-info says, and a few libraries. */
class ArrowsTest {
    private static final JavaClasses PRODUCT = classes();

    private static final Map<String, PackageArrows> ARROWS = PackageArrows.all();

    @ParameterizedTest
    @CsvSource({
        "core, proto gateway admin cli benchmarks",
        "proto, core gateway admin cli benchmarks",
        "gateway, admin cli benchmarks",
        "admin, gateway cli benchmarks",
        "cli, benchmarks",
    })
    void module_importsNoneOf(String module, String others) {
        String[] packages = List.of(others.split(" ")).stream()
                .map(other -> "dev.portcullis." + other + "..")
                .toArray(String[]::new);
        noClasses().that().resideInAPackage("dev.portcullis." + module + "..")
                .should().dependOnClassesThat().resideInAnyPackage(packages)
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @Test
    void everyModuleButBenchmarks_isLookedAt() {
        for (String module : List.of("core", "proto", "gateway")) {
            assertThat(PRODUCT).as(module).anyMatch(
                    type -> type.getPackageName().startsWith("dev.portcullis." + module + "."));
        }
        assertThat(ARROWS).containsKeys(
                "dev.portcullis.core.token", "dev.portcullis.core.verify",
                "dev.portcullis.core.access");
    }

    @Test
    void packages_importWhatTheySayAndNoMore() {
        // one example for each arrow that nobody stated
        Map<String, String> wrong = new TreeMap<>();
        for (JavaClass type : PRODUCT) {
            PackageArrows arrows = ARROWS.get(type.getPackageName());
            if (arrows != null) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> !arrows.allows(target(dependency)))
                        .forEach(dependency -> wrong.putIfAbsent(
                                type.getPackageName() + " may not import " + target(dependency),
                                dependency.getDescription()));
            }
        }
        assertThat(wrong.entrySet().stream().map(Map.Entry::toString)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gateway", "admin"})
    void packagesOfAModule_formNoCircle(String module) {
        slices().matching("dev.portcullis." + module + ".(*)..").should().beFreeOfCycles()
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @ParameterizedTest
    @CsvSource({
        "javax.sql.., dev.portcullis.admin.store..",
        "org.sqlite.., dev.portcullis.admin.store..",
        "org.postgresql.., dev.portcullis.admin.store..",
        "com.zaxxer.., dev.portcullis.admin.store..",
        "org.flywaydb.., dev.portcullis.admin.store..",
        "io.lettuce.., dev.portcullis.gateway..",
        "com.github.benmanes.caffeine.., dev.portcullis.gateway..",
        "picocli.., dev.portcullis.cli..",
        "org.snakeyaml.., dev.portcullis.cli..",
        "ch.qos.logback.., dev.portcullis.cli..",
        "io.grpc.netty.shaded.., dev.portcullis"
                + ".[admin.rpc|admin.edge|admin.origin|gateway.doors|gateway.origin]..",
        "java.util.logging.., dev.portcullis.cli..",
        "sun.., nowhere",
        "jdk.., nowhere",
    })
    void library_isUsedNowhereBut(String library, String where) {
        noClasses().that().resideOutsideOfPackage(where)
                .should().dependOnClassesThat().resideInAPackage(library)
                .check(PRODUCT);
    }

    /**
     * Rules that run inside a transaction let its exception pass; nothing else of JDBC is theirs.
     */
    @Test
    void jdbc_staysInTheStore() {
        noClasses().that().resideOutsideOfPackage("dev.portcullis.admin.store..")
                .should().dependOnClassesThat(describe(
                        "JDBC but its exception",
                        type -> type.getPackageName().startsWith("java.sql")
                                && !type.getName().equals("java.sql.SQLException")))
                .check(PRODUCT);
    }

    /** Forwarding without a permit does not compile; a health check, of which nothing is, does. */
    @Test
    void requestsForApplications_areWrittenWithAPermit() {
        constructors().that().areDeclaredIn(UpstreamRequest.class)
                .should().bePackagePrivate()
                .check(PRODUCT);
        noClasses().that().areNotAssignableTo(RequestRewriter.class)
                .and().areNotAssignableTo(HealthRequest.class)
                .should().callConstructorWhere(describe("what is sent upstream is made",
                        call -> call.getTargetOwner().isEquivalentTo(UpstreamRequest.class)))
                .check(PRODUCT);
        methods().that().haveRawReturnType(UpstreamRequest.class)
                .and().areNotDeclaredIn(HealthRequest.class)
                .should().beDeclaredIn(RequestRewriter.class)
                .andShould().haveRawParameterTypes(describe("a permit among them",
                        types -> types.stream().anyMatch(
                                type -> type.isEquivalentTo(Permit.class))))
                .check(PRODUCT);
        noClasses().that().resideOutsideOfPackage("dev.portcullis.gateway.rewrite")
                .and().doNotHaveFullyQualifiedName("dev.portcullis.gateway.upstream.ClusterChecks")
                .and().haveNameNotMatching(".*ClusterChecks\\$.*")
                .should().dependOnClassesThat().areAssignableTo(HealthRequest.class)
                .check(PRODUCT);
    }

    @Test
    void statement_isReadAsItIsMeant() {
        PackageArrows arrows = PackageArrows.of("dev.portcullis.admin.rest", """
                /**
                 * Text. {@code gateway} here means nothing.
                 *
                 * <p>May import: the JDK, Netty, {@code edge}, {@code admin.model}, {@code
                 * core}.
                 */
                package dev.portcullis.admin.rest;
                """).orElseThrow();
        assertThat(List.of("java.util", "", "io.netty.channel", "dev.portcullis.admin.edge",
                        "dev.portcullis.admin.model",
                        "dev.portcullis.core.token", "dev.portcullis.admin.rest"))
                .allMatch(arrows::allows);
        assertThat(List.of("io.grpc", "dev.portcullis.admin.store",
                        "dev.portcullis.admin.edgewise", "dev.portcullis.gateway.route",
                        "dev.portcullis.proto.admin.v1", "org.unknown"))
                .noneMatch(arrows::allows);
    }

    @Test
    void everyOtherPackage_isReadWithWhatItLeavesOut() {
        PackageArrows arrows = PackageArrows.of("dev.portcullis.admin.bootstrap",
                "/** <p>May import: every other package of this module but {@code rpc} and"
                        + " {@code rest}, {@code core}. */").orElseThrow();
        assertThat(List.of("dev.portcullis.admin", "dev.portcullis.admin.store",
                        "dev.portcullis.core.token"))
                .allMatch(arrows::allows);
        assertThat(List.of("dev.portcullis.admin.rpc", "dev.portcullis.admin.rest", "io.netty"))
                .noneMatch(arrows::allows);
    }

    private static JavaClasses classes() {
        // names of packages are enough: reading every library would take half a minute
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        try {
            return new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("dev.portcullis");
        } finally {
            ArchConfiguration.get().reset();
        }
    }

    private static String target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType().getPackageName();
    }
}
