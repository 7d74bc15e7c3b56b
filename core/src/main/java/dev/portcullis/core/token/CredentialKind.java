package dev.portcullis.core.token;

/** The kinds of credential, each with the letter that tells it apart in its tag. */
public enum CredentialKind {
    /** What a client presents to the gateway. */
    ACCESS_TOKEN('t'),
    /** Only good for being exchanged for a short-lived token. */
    API_KEY('k'),
    /** The short-lived result of such an exchange. */
    EXCHANGED_TOKEN('x');

    private final char letter;

    CredentialKind(char letter) {
        this.letter = letter;
    }

    /** The letter between the mark and the underscore: the {@code t} of {@code pct_}. */
    public char letter() {
        return letter;
    }

    /** The kind of a letter, or null when it stands for none. */
    static CredentialKind ofLetter(byte letter) {
        return switch (letter) {
            case 't' -> ACCESS_TOKEN;
            case 'k' -> API_KEY;
            case 'x' -> EXCHANGED_TOKEN;
            default -> null;
        };
    }
}
