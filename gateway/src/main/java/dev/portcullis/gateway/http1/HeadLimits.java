package dev.portcullis.gateway.http1;

/**
 * How large a head may be.
 *
 * @param bytesMax the whole, with all line ends
 * @param startLineBytesMax the start line, without its line end
 * @param fieldsMax number of fields
 */
public record HeadLimits(int bytesMax, int startLineBytesMax, int fieldsMax) {}
