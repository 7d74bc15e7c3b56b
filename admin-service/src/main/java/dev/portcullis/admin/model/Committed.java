package dev.portcullis.admin.model;

/**
 * What a use case made, and the revision at which it is in force. The change is durable; whether
 * every gateway has applied it is for the barrier to say.
 *
 * @param revision of the change; where nothing had to be changed, that of the change that made it
 *     so
 */
public record Committed<T>(T value, long revision) {}
