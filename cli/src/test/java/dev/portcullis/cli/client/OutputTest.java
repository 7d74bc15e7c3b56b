package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.Propagation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputTest {
    @Test
    void pendingChange_namesWhoHasNotConfirmedAndTheInstant() {
        Propagation pending = Propagation.newBuilder()
                .setState(Propagation.State.PENDING)
                .addUnconfirmedGateways("gw-1")
                .addUnconfirmedGateways("unknown")
                .setEffectiveEverywhereBy(
                        Timestamp.newBuilder().setSeconds(1_800_000_000).setNanos(1))
                .build();

        assertThat(Output.propagation(pending)).isEqualTo("pending: not yet confirmed by gw-1, "
                + "unknown; effective everywhere by 2027-01-15T08:00:01Z");
    }

    @Test
    void table_alignsAndCannotBeForgedByNames() {
        StringWriter out = new StringWriter();
        Output output = new Output(
                OutputFormat.TABLE, new PrintWriter(out), new PrintWriter(new StringWriter()));

        output.table(List.of("NAME", "STATE"), List.of(
                List.of("a long name", "live"),
                List.of("a\u001b[2K\nb\u202e", "revoked")));

        assertThat(out).hasToString("""
                NAME         STATE
                a long name  live
                a\uFFFD[2K\uFFFDb\uFFFD     revoked
                """);
    }
}
