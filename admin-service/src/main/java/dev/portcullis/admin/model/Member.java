package dev.portcullis.admin.model;

/** A user in a group. */
public record Member(String userId, String userName) {}
