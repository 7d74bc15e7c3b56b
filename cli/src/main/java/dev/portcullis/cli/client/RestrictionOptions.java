package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.Restrictions;
import dev.portcullis.proto.admin.v1.Role;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What narrows a credential. */
final class RestrictionOptions {
    @Option(names = "--max-role", paramLabel = "<role>", converter = Roles.class,
            description = "Never more than this role: reader, writer, admin or auditor.")
    private Role maxRole;

    @Option(names = "--application", paramLabel = "<name>", split = ",",
            description = "Only this application; may be given more than once.")
    private List<String> applications = new ArrayList<>();

    @Option(names = "--cidr", paramLabel = "<range>", split = ",",
            description = "Only from these addresses, such as 192.0.2.0/24 or 2001:db8::/32; may "
                    + "be given more than once.")
    private List<String> cidrs = new ArrayList<>();

    @Option(names = "--certificate", paramLabel = "<fingerprint>", split = ",",
            description = "Only with this client certificate, by its SHA-256 fingerprint as "
                    + "openssl x509 -fingerprint -sha256 prints it; may be given more than once.")
    private List<String> certificates = new ArrayList<>();

    /** As in the contract. */
    Restrictions restrictions() {
        Restrictions.Builder restrictions = Restrictions.newBuilder()
                .addAllApplications(applications)
                .addAllCidrs(cidrs)
                .addAllCertificates(certificates);
        if (maxRole != null) {
            restrictions.setMaxRole(maxRole);
        }
        return restrictions.build();
    }

    /** In words; "none" when nothing is restricted. */
    static String words(Restrictions restrictions) {
        List<String> words = new ArrayList<>();
        if (restrictions.getMaxRole() != Role.ROLE_UNSPECIFIED) {
            words.add("at most " + Roles.name(restrictions.getMaxRole()));
        }
        if (restrictions.getApplicationsCount() > 0) {
            words.add("only on " + String.join(", ", restrictions.getApplicationsList()));
        }
        if (restrictions.getCidrsCount() > 0) {
            words.add("only from " + String.join(", ", restrictions.getCidrsList()));
        }
        if (restrictions.getCertificatesCount() > 0) {
            words.add("only with the certificate "
                    + String.join(", ", restrictions.getCertificatesList()));
        }
        return words.isEmpty() ? "none" : String.join("; ", words);
    }
}
