package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.store.ReplicaRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaGatewaysTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123Z");

    private static ListedGateway listed(String id, Instant leaseUntil) {
        return new ListedGateway(
                new GatewayStanding(
                        id, "edge", true, 17, leaseUntil, "1.2.3", "10.0.0.7", "b", AT),
                "one");
    }

    @Test
    void written_isReadAgain() {
        List<ListedGateway> list =
                List.of(listed("g-1", AT.plusSeconds(30)), listed("g-2", null));
        assertThat(ReplicaGateways.read(ReplicaGateways.write(list), "b")).isEqualTo(list);
        assertThat(ReplicaGateways.read(ReplicaGateways.write(List.of()), "b")).isEmpty();
    }

    @Test
    void mostGatewaysWithTheLongestNames_fitIntoARow() {
        List<ListedGateway> all = new ArrayList<>();
        String longest = "x".repeat(60);
        for (int i = 0; i < LeaseTable.GATEWAYS_MAX; i++) {
            all.add(new ListedGateway(
                    new GatewayStanding(
                            longest + i, longest, true, Long.MAX_VALUE, AT, longest, longest, "b",
                            AT),
                    longest));
        }
        String json = ReplicaGateways.write(all);
        assertThat(json.length()).isLessThan(ReplicaRows.GATEWAYS_CHARS_MAX);
        assertThat(ReplicaGateways.read(json, "b")).isEqualTo(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "null", "7", "{}", "[", "[]]", "[{}]", "[null]", "[[]]",
        "[{\"id\":\"g\"}]",
        "[{\"id\":\"a b\",\"applied\":1,\"attached_at_ms\":1}]",
        "[{\"id\":\"g\",\"applied\":\"1\",\"attached_at_ms\":1}]",
        "[{\"id\":\"g\",\"applied\":1e99,\"attached_at_ms\":1}]",
        "[{\"id\":\"g\",\"applied\":99999999999999999999,\"attached_at_ms\":1}]",
        "[{\"id\":\"g\",\"applied\":1,\"attached_at_ms\":-1}]",
        "[{\"id\":\"g\",\"applied\":1,\"attached_at_ms\":9223372036854775807}]"})
    void whatIsNotUnderstood_isLeftOut(String json) {
        assertThat(ReplicaGateways.read(json, "b")).isEmpty();
    }

    @Test
    void deepNesting_isLeftOut() {
        assertThat(ReplicaGateways.read("[".repeat(500_000), "b")).isEmpty();
    }

    @Test
    void unknownFieldsAndTextsThatCouldHurtATerminal_doNotHideTheGateway() {
        String json = "[{\"id\":\"g\",\"applied\":1,\"attached_at_ms\":1,\"more\":{\"x\":[1]},"
                + "\"version\":\"\\u001b[2J\",\"address\":[7],\"enrollment\":\""
                + "y".repeat(65) + "\"}, 7]";
        assertThat(ReplicaGateways.read(json, "b")).containsExactly(new ListedGateway(
                new GatewayStanding(
                        "g", "", false, 1, null, "", "", "b", Instant.ofEpochMilli(1)),
                ""));
    }

    @Test
    void moreGatewaysThanThereCanBe_areCut() {
        String one = "{\"id\":\"g\",\"applied\":1,\"attached_at_ms\":1}";
        String json = "[" + (one + ",").repeat(1_500) + one + "]";
        assertThat(ReplicaGateways.read(json, "b")).hasSize(LeaseTable.GATEWAYS_MAX);
    }
}
