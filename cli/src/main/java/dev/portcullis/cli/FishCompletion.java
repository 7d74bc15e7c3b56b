package dev.portcullis.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Makes fish's completion from the tree of commands. A command is offered where the words before it
 * are those that lead to it; its options are offered behind it.
 */
final class FishCompletion {
    private static final String FUNCTION = "__portcullis_at";

    /** The function tells whether the words before the cursor, options apart, are those given. */
    private static final String HEAD = """
            # Completion of portcullis for fish.
            function %s
                set -l words
                for word in (commandline -opc)[2..-1]
                    string match -q -- '-*' $word; or set -a words $word
                end
                set -l wanted $argv[2..-1]
                set -l count (count $wanted)
                if test $argv[1] = exact
                    test "$words" = "$wanted"
                else if test $count -gt 0
                    test "$words[1..$count]" = "$wanted"
                else
                    test (count $words) -eq 0
                end
            end
            """.formatted(FUNCTION);

    private final StringBuilder out = new StringBuilder();

    private FishCompletion() {}

    /** The whole script. */
    static String script(CommandLine root) {
        FishCompletion completion = new FishCompletion();
        completion.out.append(HEAD);
        completion.command(root, List.of());
        return completion.out.toString();
    }

    private void command(CommandLine command, List<String> path) {
        for (Map.Entry<String, CommandLine> below : command.getSubcommands().entrySet()) {
            line(path, true).append(" -f -a ").append(below.getKey());
            description(below.getValue().getCommandSpec());
            List<String> further = new ArrayList<>(path);
            further.add(below.getKey());
            command(below.getValue(), further);
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            option(option, path);
        }
    }

    private void option(OptionSpec option, List<String> path) {
        StringBuilder line = line(path, false);
        for (String name : option.names()) {
            if (name.startsWith("--")) {
                line.append(" -l ").append(name.substring(2));
            } else {
                line.append(" -s ").append(name.substring(1));
            }
        }
        if (option.arity().max() > 0) {
            line.append(option.paramLabel().startsWith("FILE") ? " -r -F" : " -x");
            if (option.completionCandidates() != null) {
                List<String> values = new ArrayList<>();
                option.completionCandidates().forEach(values::add);
                line.append(" -a ").append(quoted(String.join(" ", values)));
            }
        }
        String[] description = option.description();
        if (description.length > 0) {
            line.append(" -d ").append(quoted(plain(String.join(" ", description))));
        }
        line.append('\n');
    }

    private StringBuilder line(List<String> path, boolean exact) {
        out.append("complete -c portcullis -n '").append(FUNCTION);
        out.append(exact ? " exact" : " within");
        path.forEach(word -> out.append(' ').append(word));
        return out.append('\'');
    }

    private void description(CommandSpec spec) {
        String text = String.join(" ", spec.usageMessage().description());
        out.append(" -d ").append(quoted(plain(text))).append('\n');
    }

    private static String plain(String description) {
        return description.replaceAll("\\$\\{[^}]*}", "one of a few").replace("%n", " ");
    }

    /** Within single quotes fish knows two escapes: of the quote, and of the backslash. */
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
