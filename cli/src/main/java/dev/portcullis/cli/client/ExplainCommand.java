package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.ExplainAccessRequest;
import dev.portcullis.proto.admin.v1.ExplainAccessResponse;
import dev.portcullis.proto.admin.v1.ExplainedBinding;
import dev.portcullis.proto.admin.v1.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis explain}. */
@Command(name = "explain", description = {
    "Says whether a request would be permitted now, and what decides it."},
        footer = {"", "Example:",
            "  portcullis explain --user ci --application billing --method POST --path /invoices",
            "  portcullis explain --token 4fGh2kLmN0pQ --application billing --source 192.0.2.7"})
final class ExplainCommand extends ClientCommand {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Subject subject;

    @Option(names = "--application", paramLabel = "<name>", required = true,
            description = "The application that the request is for.")
    private String application;

    @Option(names = "--method", paramLabel = "<method>", defaultValue = "GET",
            description = "Of HTTP. Default: GET")
    private String method;

    @Option(names = "--path", paramLabel = "<path>", defaultValue = "",
            description = "Of the request.")
    private String path;

    @Option(names = "--source", paramLabel = "<address>", defaultValue = "",
            description = "The client's address.")
    private String source;

    @Option(names = "--certificate", paramLabel = "<fingerprint>", defaultValue = "",
            description = "SHA-256 fingerprint of the client's certificate.")
    private String certificate;

    /** Who asks: one of them. */
    private static final class Subject {
        @Option(names = "--user", paramLabel = "<user>", required = true,
                description = "Name or id of a user.")
        private String user;

        @Option(names = "--token", paramLabel = "<id>", required = true,
                description = "Id of an access token, an API key or an exchanged token.")
        private String token;
    }

    ExplainCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void run(AdminConnection admin, Output output) {
        var request = ExplainAccessRequest.newBuilder()
                .setApplication(application)
                .setMethod(method)
                .setPath(path)
                .setSource(source)
                .setCertificate(certificate);
        if (subject.user != null) {
            request.setUser(subject.user);
        } else {
            request.setToken(subject.token);
        }
        ExplainAccessResponse response = admin.access().explainAccess(request.build());
        if (output.isJson()) {
            output.json(response);
        } else {
            output.fields(fields(response));
        }
    }

    private static Map<String, String> fields(ExplainAccessResponse response) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("allowed",
                response.getAllowed() ? "yes" : "no: " + response.getCode());
        fields.put("access", response.getAccess());
        fields.put("role", response.getRole() == Role.ROLE_UNSPECIFIED
                ? "none"
                : Roles.name(response.getRole()));
        int number = 0;
        for (ExplainedBinding explained : response.getBindingsList()) {
            Binding binding = explained.getBinding();
            fields.put("binding " + ++number, Roles.name(binding.getRole()) + " on "
                    + binding.getApplication() + (explained.getGroup().isEmpty()
                    ? ""
                    : ", by group " + explained.getGroup()));
        }
        number = 0;
        for (String reason : response.getReasonsList()) {
            fields.put("reason " + ++number, reason);
        }
        return fields;
    }
}
