package dev.portcullis.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portcullis completion}. */
@Command(
        name = "completion",
        description = {
            "Prints what makes a shell complete the commands and options of portcullis."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "In ~/.bashrc or ~/.zshrc: source <(portcullis completion bash), or zsh.",
            "For fish: portcullis completion fish > ~/.config/fish/completions/portcullis.fish",
            "",
            "Example:",
            "  portcullis completion bash"
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell;

    /** What can be completed for. */
    private enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        String script = shell == Shell.FISH
                ? FishCompletion.script(root)
                // one script for both: in zsh it loads the emulation of bash's completion
                : AutoComplete.bash(root.getCommandName(), root);
        spec.commandLine().getOut().print(script);
        return ExitCode.OK;
    }
}
