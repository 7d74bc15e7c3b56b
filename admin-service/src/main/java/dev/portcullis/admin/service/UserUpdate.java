package dev.portcullis.admin.service;

import dev.portcullis.core.access.Role;

/**
 * What is to be changed of a user, in one step.
 *
 * @param role the new role on all applications; null leaves it
 * @param blocked null leaves it
 */
public record UserUpdate(Role role, Boolean blocked) {}
