package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Reads off the compiled edge which fields of the contract it touches: one that is added to the
 * contract, and to nothing else, is found here.
 */
class TranslationCompletenessTest {
    private static final JavaClasses EDGE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.portcullis.admin.rpc");

    @Test
    void everyFieldOfEveryRequest_isRead() {
        Set<String> called = called();
        assertThat(untouched(MethodDescriptor::getInputType, field -> List.of(
                owner(field) + ".get" + camel(field),
                owner(field) + ".get" + camel(field) + "List"), called)).isEmpty();
    }

    @Test
    void everyFieldOfEveryResponse_isWritten() {
        Set<String> called = called();
        assertThat(untouched(MethodDescriptor::getOutputType, field -> List.of(
                owner(field) + "$Builder.set" + camel(field),
                owner(field) + "$Builder.add" + camel(field),
                owner(field) + "$Builder.addAll" + camel(field)), called)).isEmpty();
    }

    @Test
    void everyMethod_isServed() {
        List<String> unserved = new ArrayList<>();
        ContractFields.services().forEach(service -> service.getMethods().forEach(method -> {
            String name = method.getName();
            String java = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
            boolean served = EDGE.stream()
                    .filter(type -> type.getSimpleName().endsWith("Rpc"))
                    .anyMatch(type -> type.getMethods().stream()
                            .anyMatch(each -> each.getName().equals(java)));
            if (!served) {
                unserved.add(method.getFullName());
            }
        }));
        assertThat(unserved).isEmpty();
    }

    private static List<String> untouched(
            Function<MethodDescriptor, Descriptor> side,
            Function<FieldDescriptor, List<String>> accessors,
            Set<String> called) {
        return ContractFields.within(ContractFields.of(side)).stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> accessors.apply(field).stream().noneMatch(called::contains))
                .map(FieldDescriptor::getFullName)
                .toList();
    }

    private static Set<String> called() {
        Set<String> called = new HashSet<>();
        EDGE.forEach(type -> Stream.<JavaCodeUnitAccess<?>>concat(
                        type.getMethodCallsFromSelf().stream(),
                        type.getMethodReferencesFromSelf().stream())
                .forEach(call -> called.add(
                        call.getTargetOwner().getName() + "." + call.getTarget().getName())));
        return called;
    }

    private static String owner(FieldDescriptor field) {
        Descriptor type = field.getContainingType();
        return type.getFile().getOptions().getJavaPackage() + "." + type.getName();
    }

    private static String camel(FieldDescriptor field) {
        String name = field.getJsonName();
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
