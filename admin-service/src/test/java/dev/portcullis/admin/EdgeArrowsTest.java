package dev.portcullis.admin;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.portcullis.admin.store.StartException;
import org.junit.jupiter.api.Test;

/** Which way the edges look: towards the use cases, never past them and never at each other. */
class EdgeArrowsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.portcullis.admin");

    @Test
    void edges_knowNothingOfTheStore() {
        noClasses().that().resideInAnyPackage("..admin.rest..", "..admin.rpc..", "..admin.edge..")
                .should().dependOnClassesThat(
                        resideInAnyPackage("..admin.store..", "..admin.bootstrap..",
                                "..admin.origin..", "java.sql..")
                                .and(not(belongToAnyOf(StartException.class))))
                .check(CLASSES);
    }

    @Test
    void edges_knowNothingOfEachOther() {
        noClasses().that().resideInAPackage("..admin.rest..")
                .should().dependOnClassesThat(resideInAnyPackage(
                        "..admin.rpc..", "io.grpc..", "com.google..", "dev.portcullis.proto.."))
                .check(CLASSES);
        noClasses().that().resideInAPackage("..admin.rpc..")
                .should().dependOnClassesThat(resideInAnyPackage(
                        "..admin.rest..", "io.netty..", "com.fasterxml.."))
                .check(CLASSES);
    }

    @Test
    void nobody_knowsOfTheEdgesButTheServer() {
        noClasses().that().resideInAnyPackage("..admin.store..", "..admin.service..",
                        "..admin.change..", "..admin.origin..", "..admin.bootstrap..",
                        "..admin.model..")
                .should().dependOnClassesThat(resideInAnyPackage(
                        "..admin.rest..", "..admin.rpc.."))
                .check(CLASSES);
        // the origin listens too, and shares with the other servers what every listener needs
        noClasses().that().resideInAnyPackage("..admin.store..", "..admin.service..",
                        "..admin.change..", "..admin.bootstrap..", "..admin.model..")
                .should().dependOnClassesThat(resideInAPackage("..admin.edge.."))
                .check(CLASSES);
    }

    @Test
    void transportOfGrpc_isKnownToItsServersOnly() {
        noClasses().that().resideOutsideOfPackages(
                        "..admin.rpc..", "..admin.origin..", "..admin.edge..")
                .should().dependOnClassesThat(resideInAnyPackage("io.grpc.netty.."))
                .check(CLASSES);
    }
}
