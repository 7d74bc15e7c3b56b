package dev.portcullis.cli;

/** Text from elsewhere on its way to a terminal. */
public final class OneLine {
    private OneLine() {}

    /**
     * The text as one line without control, format or unpaired surrogate characters, each of
     * which becomes U+FFFD: a name cannot move the cursor or hide a part of a table.
     *
     * @param text may be null, which gives an empty text
     */
    public static String of(String text) {
        if (text == null) {
            return "";
        }
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> line.appendCodePoint(isHarmless(c) ? c : 0xFFFD));
        return line.toString();
    }

    private static boolean isHarmless(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c)
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
