package dev.portcullis.admin.service;

import dev.portcullis.admin.model.TokenState;

/**
 * Which tokens to list.
 *
 * @param user id or name of their user; null or empty: all users
 * @param state only this state; null: all
 */
public record TokenFilter(String user, TokenState state) {}
