package dev.portcullis.cli.client;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.Terminal;
import java.io.Console;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis key exchange}. */
@Command(name = "exchange", description = {
    "Exchanges an API key for a short-lived token. The key's secret comes from a file, from",
    "PORTCULLIS_KEY, or from a prompt; its id is part of it."},
        footer = {"", "Example:",
            "  portcullis key exchange --secret-file deploy.key -o json | jq -r .access_token",
            "  portcullis key exchange --secret-file deploy.key --scope \"read app:billing\""})
final class KeyExchangeCommand extends OutputCommand {
    /** The environment variable with the secret of an API key. */
    static final String VARIABLE = "PORTCULLIS_KEY";

    private static final String FILE_OPTION = "--secret-file";
    private static final Pattern SECRET = Pattern.compile("[a-z0-9]+k_([0-9A-Za-z]{12})_.*");

    @Option(names = FILE_OPTION, paramLabel = "FILE", description = "Holds the key's secret.")
    private String file;

    @Option(names = "--scope", paramLabel = "<scope>",
            description = "Narrows the token: read, app:NAME, or several of them.")
    private String scope;

    KeyExchangeCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        String secret = secret();
        Matcher form = SECRET.matcher(secret);
        if (!form.matches()) {
            throw usage("what was given is not the secret of an API key (pck_...)");
        }
        ExchangeClient client = ExchangeClient.of(environment());
        ExchangeClient.Reply reply = client.exchange(form.group(1), secret, scope);
        Output output = output();
        if (output.isJson()) {
            output.raw(reply.json());
            return ExitCode.OK;
        }
        Map<String, String> fields = new LinkedHashMap<>(reply.fields());
        fields.computeIfPresent("expires_in", (name, seconds) -> seconds + " s");
        output.fields(fields);
        output.note("The token is shown this once: store it now.");
        return ExitCode.OK;
    }

    /** Never from the command line, which others on the machine can read. */
    private String secret() {
        if (file != null) {
            return TokenSource.checked(FILE_OPTION + " (" + file + ")",
                    TokenSource.readFile(FILE_OPTION, file), "the secret of an API key");
        }
        String variable = environment().get(VARIABLE);
        if (variable != null) {
            return TokenSource.checked(VARIABLE, variable, "the secret of an API key");
        }
        Console console = Terminal.isTerminal(Terminal.STDIN) ? System.console() : null;
        char[] typed = console == null ? null : console.readPassword("Secret of the API key: ");
        if (typed == null) {
            throw new CommandException(ExitCode.USAGE, "no API key: give --secret-file FILE or set "
                    + VARIABLE);
        }
        return TokenSource.checked("what was typed", new String(typed),
                "the secret of an API key");
    }
}
