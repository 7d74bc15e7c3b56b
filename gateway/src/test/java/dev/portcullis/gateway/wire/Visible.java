package dev.portcullis.gateway.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Octets as lines one can read: a line stands for itself and a CRLF behind it; one that ends with
 * {@code \c} has no CRLF behind it. Control characters, octets beyond ASCII and a blank at the end
 * of a line are escaped ({@code \r \n \t \xHH}), and a backslash is doubled. <code>{a*70}</code>
 * stands for 70 times the character, <code>{repeat 3 text}</code> for three times the text.
 */
final class Visible {
    private static final Pattern RUN = Pattern.compile("\\{(.)\\*(\\d+)}");
    private static final Pattern REPEAT = Pattern.compile("\\{repeat (\\d+) ([^}]*)}");
    private static final Pattern LONG_RUN = Pattern.compile("([0-9A-Za-z ])\\1{63,}");

    private Visible() {}

    /** The octets (a character each) that lines stand for. */
    static String decode(List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            boolean goesOn = line.endsWith("\\c");
            String shown = goesOn ? line.substring(0, line.length() - 2) : line;
            text.append(unescape(expand(shown)));
            if (!goesOn) {
                text.append("\r\n");
            }
        }
        return text.toString();
    }

    private static String expand(String line) {
        String repeated = REPEAT.matcher(line).replaceAll(found -> Matcher.quoteReplacement(
                found.group(2).repeat(Integer.parseInt(found.group(1)))));
        return RUN.matcher(repeated).replaceAll(found -> Matcher.quoteReplacement(
                found.group(1).repeat(Integer.parseInt(found.group(2)))));
    }

    private static String unescape(String line) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            c = line.charAt(++i);
            switch (c) {
                case 'r' -> text.append('\r');
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case '\\' -> text.append('\\');
                case 'x' -> {
                    text.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("no such escape: \\" + c);
            }
        }
        return text.toString();
    }

    /** The lines that stand for octets (a character each). */
    static List<String> encode(String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n", from)) {
            lines.add(line(text.substring(from, end)));
            from = end + 2;
        }
        if (from < text.length()) {
            lines.add(line(text.substring(from)) + "\\c");
        }
        return lines;
    }

    private static String line(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean hidden = c == ' ' && i == text.length() - 1;
            boolean mistaken = i == 0 && (c == '@' || c == '-' || c == '#');
            if (c == '\\') {
                shown.append("\\\\");
            } else if (c == '\r' || c == '\n' || c == '\t') {
                shown.append('\\').append(c == '\r' ? 'r' : c == '\n' ? 'n' : 't');
            } else if (c < ' ' || c > '~' || hidden || mistaken) {
                shown.append(String.format("\\x%02x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return LONG_RUN.matcher(shown).replaceAll(
                run -> "{" + run.group(1) + "*" + run.group().length() + "}");
    }
}
