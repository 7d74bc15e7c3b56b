package dev.portcullis.cli.structure;

/**
 * Something that is not as it should be.
 *
 * @param rule the rule's name in the list of exceptions
 * @param subject a path, or a path, {@code #} and a name in it
 * @param detail what to do about it
 */
record Finding(String rule, String subject, String detail) {
    @Override
    public String toString() {
        return rule + " | " + subject + " | " + detail;
    }
}
