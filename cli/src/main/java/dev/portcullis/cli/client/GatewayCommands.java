package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.EnrollGatewayRequest;
import dev.portcullis.proto.admin.v1.EnrollGatewayResponse;
import dev.portcullis.proto.admin.v1.Gateway;
import dev.portcullis.proto.admin.v1.ListGatewaysRequest;
import dev.portcullis.proto.admin.v1.RemoveGatewayRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis gateway enroll|remove|list}. */
public final class GatewayCommands {
    private static final List<String> HEADS = List.of("ID", "ENROLMENT", "STATE", "REVISION",
            "LAG", "LEASE UNTIL", "VERSION", "ADDRESS", "REPLICA");

    private GatewayCommands() {}

    /** Gives the command that runs a gateway those about all of them, and answers it. */
    public static CommandLine addTo(CommandLine gateway, Map<String, String> environment) {
        return gateway
                .addSubcommand(new Enroll(environment))
                .addSubcommand(new Remove(environment))
                .addSubcommand(new ListAll(environment));
    }

    @Command(name = "enroll", description = {
        "Makes a credential with which gateways show themselves to the admin-service.",
        "It is written or printed this once and kept nowhere."},
            footer = {"", "Example:", "  portcullis gateway enroll edge-1 --out edge-1.token"})
    private static final class Enroll extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "1 to 64 of A-Z a-z 0-9 . _ -, unique.")
        private String name;

        @Option(names = "--out", paramLabel = "FILE",
                description = "Where to write the credential, readable by its owner alone; for "
                        + "origin_token_file. Default: it is printed.")
        private String out;

        Enroll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            if (out == null) {
                print(output, enroll(admin));
                return;
            }
            try (SecretOut file = SecretOut.create("--out", out)) {
                EnrollGatewayResponse made = enroll(admin);
                file.write(made.getPlainToken());
                print(output, made.toBuilder().clearPlainToken().build());
            }
        }

        private EnrollGatewayResponse enroll(AdminConnection admin) {
            return admin.gateways().enrollGateway(
                    EnrollGatewayRequest.newBuilder().setName(name).build());
        }

        private void print(Output output, EnrollGatewayResponse made) {
            if (output.isJson()) {
                output.json(made);
                return;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            if (out == null) {
                fields.put("plain_token", made.getPlainToken());
            } else {
                fields.put("credential", "written to " + out);
            }
            fields.put("name", made.getName());
            fields.put("user_id", made.getUserId());
            fields.put("propagation", Output.propagation(made.getPropagation()));
            output.fields(fields);
            if (out == null) {
                output.note("The credential is shown this once: store it now.");
            }
        }
    }

    @Command(name = "remove", description = {
        "Ends an enrolment: its gateways are shut out, and have stopped answering when it is",
        "propagated."},
            footer = {"", "Example:", "  portcullis gateway remove edge-1"})
    private static final class Remove extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The name that was enrolled.")
        private String name;

        Remove(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.gateways()
                    .removeGateway(RemoveGatewayRequest.newBuilder().setName(name).build());
            output.deleted(response, response.getPropagation());
        }
    }

    @Command(name = "list", description = "Shows how each gateway stands.", footer = {
        "", "Example:", "  portcullis gateway list"})
    private static final class ListAll extends ClientCommand {
        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.gateways().listGateways(ListGatewaysRequest.getDefaultInstance());
            if (output.isJson()) {
                output.json(response);
                return;
            }
            output.table(HEADS,
                    response.getGatewaysList().stream().map(ListAll::row).toList());
        }

        private static List<String> row(Gateway gateway) {
            boolean absent = gateway.getState() == Gateway.State.ABSENT;
            return List.of(
                    orDash(gateway.getId()),
                    orDash(gateway.getEnrollment()),
                    gateway.getState().name().toLowerCase(Locale.ROOT),
                    absent ? "-" : Long.toString(gateway.getAppliedRevision()),
                    absent ? "-" : Long.toString(gateway.getLag()),
                    gateway.hasLeaseUntil() ? Output.instant(gateway.getLeaseUntil()) : "-",
                    orDash(gateway.getVersion()),
                    orDash(gateway.getAddress()),
                    orDash(gateway.getReplicaId()));
        }

        private static String orDash(String text) {
            return text.isEmpty() ? "-" : text;
        }
    }
}
