package dev.portcullis.admin.service;

/**
 * A token to be issued. Nothing is validated yet: {@code user} and {@code name} may be null or
 * wrong.
 *
 * @param user id or name of the user it is for
 */
public record NewToken(String user, String name, TokenLifetime lifetime) {}
