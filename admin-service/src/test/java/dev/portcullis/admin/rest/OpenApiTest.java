package dev.portcullis.admin.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.portcullis.admin.edge.ContractComments;
import dev.portcullis.admin.edge.UseCases;
import dev.portcullis.admin.rest.openapi.OpenApiDocument;
import dev.portcullis.admin.rest.openapi.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The API's description: all of the API, nothing else, and the same as the contract. */
class OpenApiTest {
    /** Rewrites the file instead of comparing it. */
    private static final boolean UPDATE = Boolean.getBoolean("portcullis.update");
    private static final Path FILE = Path.of("..", "docs", "openapi.yaml");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the contract has and REST has not under the same name, and why. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "BlockUser", "UpdateUser with is_blocked, as NetBird has it",
            "UnblockUser", "UpdateUser with is_blocked, as NetBird has it",
            "RenameGroup", "UpdateGroup, which changes members as well, as NetBird has it",
            "StreamAuditEvents", "ListAuditEvents with follow=true",
            "ImportForeign", "an import is larger than a REST body may be");

    private final ContractComments contract = ContractComments.load();
    private final List<Operation> operations = new RestApi(
            new UseCases(
                    null, null, null, null, null, null, null, null, null, null, null, null),
            Runnable::run, () -> 0).operations();
    private final OpenApiDocument document = OpenApiDocument.of(operations, contract);

    @Test
    void everyRoute_isDescribedAndNothingElse() {
        Set<String> routes = new TreeSet<>();
        operations.forEach(each -> routes.add(each.method() + " " + each.path()));
        Set<String> described = new TreeSet<>();
        document.json().get("paths").properties().forEach(path ->
                path.getValue().fieldNames().forEachRemaining(method ->
                        described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(described).isEqualTo(routes).hasSizeGreaterThan(40);
    }

    @Test
    void everyMethodOfTheContract_isHereOrElsewhereForAReason() {
        Set<String> ids = new HashSet<>();
        for (Operation operation : operations) {
            assertThat(ids.add(operation.id())).as(operation.id()).isTrue();
        }
        Set<String> missing = new TreeSet<>(contract.methods());
        missing.removeAll(ids);
        assertThat(missing).isEqualTo(new TreeSet<>(ELSEWHERE.keySet()));
    }

    @Test
    void everyReference_leadsSomewhereAndEverySchemaIsUsed() {
        JsonNode json = document.json();
        Set<String> used = new HashSet<>();
        for (JsonNode reference : json.findValues("$ref")) {
            String pointer = reference.textValue();
            assertThat(json.at(pointer.substring(1)).isMissingNode()).as(pointer).isFalse();
            used.add(pointer);
        }
        json.at("/components/schemas").fieldNames().forEachRemaining(name ->
                assertThat(used).contains("#/components/schemas/" + name));
    }

    @Test
    void everyOperation_saysWhatItIsAndHowItEnds() {
        for (JsonNode path : document.json().get("paths")) {
            for (JsonNode operation : path) {
                String id = operation.get("operationId").textValue();
                assertThat(operation.get("summary").textValue()).as(id).isNotBlank();
                assertThat(operation.get("responses").has("200")).as(id).isTrue();
                assertThat(operation.get("responses").has("500")).as(id).isTrue();
            }
        }
    }

    @Test
    void everyVariableOfAPath_isAParameterOfIt() {
        document.json().get("paths").properties().forEach(path -> {
            List<String> variables = new ArrayList<>();
            for (String segment : path.getKey().split("/")) {
                if (segment.startsWith("{")) {
                    variables.add(segment.substring(1, segment.length() - 1));
                }
            }
            for (JsonNode operation : path.getValue()) {
                List<String> declared = new ArrayList<>();
                operation.path("parameters").forEach(parameter -> {
                    if (parameter.get("in").textValue().equals("path")) {
                        declared.add(parameter.get("name").textValue());
                    }
                });
                assertThat(declared).as(path.getKey()).isEqualTo(variables);
            }
        });
    }

    @Test
    void textsOfTheContract_areQuoted() {
        assertThat(document.json().at("/paths/~1api~1users~1{userId}/delete/description")
                .textValue()).startsWith("Softly: credentials stop for good");
        assertThat(document.json().at("/components/schemas/User/properties/created_by/description")
                .textValue()).startsWith("Id of the user who made this one");
    }

    @Test
    void requests_haveTheirLimits() {
        JsonNode creation = document.json().at("/components/schemas/UserCreation");
        assertThat(creation.at("/properties/name/maxLength").intValue()).isEqualTo(150);
        assertThat(creation.at("/properties/description/maxLength").intValue()).isEqualTo(1_000);
        assertThat(creation.at("/properties/bindings/maxItems").intValue()).isEqualTo(100);
        assertThat(creation.at("/additionalProperties").booleanValue()).isFalse();
    }

    @Test
    void yaml_saysTheSameAsJson() throws Exception {
        String read = new YAMLMapper().readTree(document.yaml()).toString();
        // read both: a number has one size when it is made and another when it is read
        assertThat(JSON.readTree(read)).isEqualTo(JSON.readTree(document.json().toString()));
    }

    @Test
    void fileInTheDocumentation_isThisDescription() throws Exception {
        if (UPDATE) {
            Files.writeString(FILE, document.yaml());
        }
        assertThat(Files.readString(FILE))
                .as("docs/openapi.yaml; -Dportcullis.update=true rewrites it")
                .isEqualTo(document.yaml());
    }
}
