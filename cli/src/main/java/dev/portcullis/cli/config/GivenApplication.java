package dev.portcullis.cli.config;

import java.util.Map;

/**
 * An entry of the list of applications as it was written.
 *
 * @param origin where the entry begins
 * @param fields what was given for the known fields
 */
record GivenApplication(Origin origin, Map<String, Given> fields) {}
