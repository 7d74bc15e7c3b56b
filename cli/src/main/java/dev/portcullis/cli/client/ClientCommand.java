package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import picocli.CommandLine.Command;

/** What client commands have in common: the connection, and what failures mean. */
@Command(mixinStandardHelpOptions = true)
abstract class ClientCommand extends OutputCommand {
    ClientCommand(Map<String, String> environment) {
        super(environment);
    }

    /** Asks and prints. */
    abstract void run(AdminConnection admin, Output output);

    @Override
    public final Integer call() {
        check();
        if (offline(output())) {
            return ExitCode.OK;
        }
        try (AdminConnection admin = AdminConnection.open(environment())) {
            run(admin, output());
            return ExitCode.OK;
        } catch (StatusRuntimeException e) {
            throw told(e.getStatus(), AdminConnection.addressIn(environment()));
        }
    }

    /** Looks at the arguments together before anything is sent. */
    void check() {}

    /** Does what needs no connection; true when that was all. */
    boolean offline(Output output) {
        return false;
    }

    private static CommandException told(Status status, String address) {
        String said = status.getDescription() == null
                ? status.getCode().name()
                : status.getDescription();
        switch (status.getCode()) {
            case UNAVAILABLE:
                return new CommandException(ExitCode.UNREACHABLE, unavailable(status, address));
            case DEADLINE_EXCEEDED:
                return new CommandException(ExitCode.UNREACHABLE, "the admin API at " + address
                        + " did not answer in time; the change may have been made: look before "
                        + "you repeat it");
            case UNAUTHENTICATED:
                return new CommandException(ExitCode.REFUSED, "the token was refused: " + said
                        + "; check " + TokenSource.FILE_VARIABLE + " or " + TokenSource.VARIABLE);
            case PERMISSION_DENIED:
                return new CommandException(ExitCode.REFUSED, "not allowed: " + said
                        + "; use the token of an administrator");
            case UNKNOWN:
            case INTERNAL:
            case UNIMPLEMENTED:
                return new CommandException(ExitCode.REFUSED, "the admin API at " + address
                        + " failed (" + said + "); see its log");
            default:
                return new CommandException(ExitCode.REFUSED, said);
        }
    }

    private static String unavailable(Status status, String address) {
        Throwable cause = status.getCause();
        if (cause == null) {
            return "the admin API at " + address + " is unavailable: " + status.getDescription()
                    + "; nothing was changed, try again";
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = String.valueOf(root.getMessage()).replaceFirst("^.*(?=Connection )", "");
        return "cannot reach the admin API at " + address + " (" + why
                + "); is 'portcullis standalone' running there? PORTCULLIS_ADMIN sets the address";
    }
}
